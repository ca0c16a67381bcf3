// The tenants of every simulated world, and their keys.

import type { TenantId } from "../value/id.ts";

export const simTenants = ["a", "b"].map(
  (letter) => `ten_${letter.repeat(26)}`,
) as unknown as readonly TenantId[];

/** @param generation each has a key of its own */
export function wrappingKeyOf(tenant: TenantId, generation: number): Uint8Array {
  return new TextEncoder().encode(`${tenant}/${generation}`);
}
