// Writes of the audit log, within the transactions of what is audited.

import type { Database } from "better-sqlite3";
import type { AuditHead } from "../../handshake/confirmation.ts";
import { type AuditAppend, emptyHead } from "../../ports/audit-store.ts";
import type { TenantId } from "../../value/id.ts";
import { prepareDeletedTenants } from "./deleted-tenants.ts";
import type { KeyFence } from "./key-fence.ts";

export interface AuditWrites {
  /** Whether the entries follow the head, under keys that may be inserted; no entries always do. */
  follows(tenant: TenantId, append: AuditAppend | undefined): boolean;
  add(append: AuditAppend | undefined): void;
  append(tenant: TenantId, append: AuditAppend): boolean;
}

export function prepareAudit(database: Database, fence: KeyFence): AuditWrites {
  const head = prepareHead(database);
  const isDeleted = prepareDeletedTenants(database);
  const insert = database.prepare(
    "INSERT INTO audit (tenant, seq, body, key, sealed, mac) VALUES (?, ?, ?, ?, ?, ?)",
  );

  function follows(tenant: TenantId, append: AuditAppend | undefined): boolean {
    if (append === undefined || append.rows.length === 0) return true;
    if (isDeleted(tenant)) return false;
    const { seq, mac } = head(tenant);
    if (!append.rows.every(({ key }) => key === null || fence(tenant, key))) return false;
    return append.after.seq === seq && Buffer.compare(append.after.mac, mac) === 0;
  }

  function add(append: AuditAppend | undefined): void {
    for (const { tenant, seq, body, key, sealed, mac } of append?.rows ?? []) {
      insert.run(tenant, seq, body, key, sealed, mac);
    }
  }

  return {
    follows,
    add,
    append(tenant, append) {
      if (!follows(tenant, append)) return false;
      add(append);
      return true;
    },
  };
}

export function prepareHead(database: Database): (tenant: TenantId) => AuditHead {
  const last = database.prepare<[TenantId], AuditHead>(
    "SELECT seq, mac FROM audit WHERE tenant = ? ORDER BY seq DESC LIMIT 1",
  );
  return (tenant) => last.get(tenant) ?? emptyHead;
}
