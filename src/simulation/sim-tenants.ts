// The tenants of every simulated world, and their keys.

import type { TenantKeys } from "../ports/vault.ts";
import type { TenantId } from "../value/id.ts";

export const simTenants = ["a", "b"].map(
  (letter) => `ten_${letter.repeat(26)}`,
) as unknown as readonly TenantId[];

/** As they are stored: each has signed in before the world began. */
export function simKeysOf(tenant: TenantId): TenantKeys {
  const key = wrappingKeyOf(tenant);
  return { generation: 1, sealKey: key, check: key };
}

export function wrappingKeyOf(tenant: TenantId): Uint8Array {
  return new TextEncoder().encode(tenant);
}
