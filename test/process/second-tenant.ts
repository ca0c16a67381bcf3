// Another tenant on the server of a test, with the keys of its device.

import { type Device, generateKeyPair } from "../../src/client/device.ts";
import { type SignedIn, signIn } from "../../src/client/sign-in.ts";
import { createTenant } from "../../src/client/tenants.ts";

/** Registration must be open there. */
export async function registerTenant(url: string): Promise<Device> {
  const { privateKey, publicKey } = generateKeyPair();
  const made = await createTenant(url, { publicKey });
  return {
    url,
    tenant: made.tenant,
    apiKey: made.api_key,
    privateKey,
    serverKeys: made.server_keys,
  };
}

export interface SecondTenant extends SignedIn {
  readonly device: Device;
  readonly token: string;
}

export async function secondTenant(url: string): Promise<SecondTenant> {
  const device = await registerTenant(url);
  const signedIn = await signIn(device);
  return { ...signedIn, device, token: await signedIn.session.token() };
}
