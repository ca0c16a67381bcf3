// Tenants from the outside: registration, another API key, the end.

import { writeToken } from "../handshake/token-text.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import { askJson } from "./ask-json.ts";
import { type Device, systemRandomness } from "./device.ts";
import { performHandshake } from "./perform-handshake.ts";
import type { NewTenantResource } from "./resources.ts";

export interface Registration {
  /** `dpub1_…` */
  readonly publicKey: string;
  readonly invite?: string | undefined;
}

/** The answer's API key is shown this once. Errors: `registration_closed`, `too_many_attempts`. */
export async function createTenant(
  url: string,
  { publicKey, invite }: Registration,
): Promise<NewTenantResource> {
  const body = stringifyJson({ public_key: publicKey, ...(invite === undefined ? {} : { invite }) });
  const headers = { "content-type": "application/json" };
  return (await askJson(url, "POST", "/api/tenants", { headers, body })) as unknown as NewTenantResource;
}

export function generateApiKey(): string {
  return writeToken("key", systemRandomness.bytes(32));
}

/**
 * Puts `apiKey`, made by `generateApiKey` and kept beforehand, in the place of the device's: so that no lost answer leaves
 * the tenant without one. Every session ends.
 */
export async function replaceApiKey(device: Device, apiKey: string): Promise<void> {
  await performHandshake(device, "replace-key", { action: { type: "replace_api_key", api_key: apiKey } });
}

/** Ends the tenant with all that is stored of it. */
export async function deleteTenant(device: Device): Promise<void> {
  await performHandshake(device, "replace-key", { action: { type: "delete_tenant", tenant: device.tenant } });
}

/** Lets the tenant's audit log be exported for ten minutes: no session alone does. */
export async function permitAuditExport(device: Device): Promise<string> {
  const { result } = await performHandshake(device, "export", { action: { type: "export_audit" } });
  return result?.["permit"] as string;
}
