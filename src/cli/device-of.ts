// The device that an entry of the credentials file describes: for what a session cannot do.

import type { TenantEntry } from "../app/credentials.ts";
import type { Device } from "../client/device.ts";

export function deviceOf({
  tenant,
  url,
  origin,
  api_key,
  private_key,
  generation,
  server_keys,
}: TenantEntry): Device {
  return {
    ...{ tenant, url, origin, generation },
    apiKey: api_key,
    privateKey: private_key,
    serverKeys: server_keys,
  };
}
