// An entry of the credentials file as the device that signs in by it.

import type { Device } from "../client/device.ts";
import type { TenantEntry } from "./credentials.ts";

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
