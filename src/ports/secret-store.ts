// What the store keeps of secrets: one row a name, each write the next version.

import type { TenantId } from "../value/id.ts";
import type { AuditAppend, AuditMoved } from "./audit-store.ts";
import type { SecretRow } from "./record-rows.ts";

export interface SecretStore {
  /**
   * Replaces; `row.version` must be one above the stored one (1 for a new secret), or, with the same `key`, the stored one: then
   * only `sealed` is replaced. False when it is not, when the `live` key
   * is wrapped under an epoch that is not current, or its key is of a generation that has been replaced.
   */
  putSecret(row: SecretRow, audit?: AuditAppend): Promise<boolean | AuditMoved>;
  readSecret(tenant: TenantId, name: Uint8Array): Promise<SecretRow | null>;
  listSecrets(tenant: TenantId): Promise<readonly SecretRow[]>;
}
