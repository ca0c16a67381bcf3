// Goes along with a rotation that another node began: what is sealed to a tenant is sealed to its present key.

import type { TenantId } from "../value/id.ts";
import type { EnginePorts } from "./ports.ts";
import { genuineRow } from "./tenant-row.ts";

/**
 * For when the store refused a key (`stale_key`): it is to be wrapped again afterwards. Nothing changes where the tenant is
 * open: its sessions by the key of before end within moments. Errors: `sealed_data_damaged`, those of the store.
 */
export async function followKey(
  ports: Pick<EnginePorts, "store" | "vault" | "log">,
  tenant: TenantId,
): Promise<void> {
  const row = await ports.store.accounts.readTenant(tenant);
  if (row !== null) ports.vault.admit(tenant, genuineRow(ports, row));
}
