// The tenants of every simulated world, and their keys.

import type { TenantKeys } from "../ports/vault.ts";
import type { TenantId } from "../value/id.ts";

export const simTenants = ["a", "b"].map(
  (letter) => `ten_${letter.repeat(26)}`,
) as unknown as readonly TenantId[];

export const simKeys: TenantKeys = { generation: 1, sealKey: null, check: null };

export function wrappingKeyOf(tenant: TenantId): Uint8Array {
  return new TextEncoder().encode(tenant);
}
