// Writes of hooks.

import type { Database } from "better-sqlite3";
import type { AuditAppend, AuditMoved } from "../../ports/audit-store.ts";
import type { HookRow } from "../../ports/inbox-store.ts";
import type { TenantId } from "../../value/id.ts";
import type { AuditWrites } from "./audit-writes.ts";
import type { KeyFence } from "./key-fence.ts";

export interface HookWrites {
  put(row: HookRow, audit: AuditAppend | undefined): "put" | "stale_key" | AuditMoved;
  revoke(tenant: TenantId, id: string, at: number, audit: AuditAppend | undefined): boolean | AuditMoved;
}

export function prepareHooks(database: Database, fence: KeyFence, log: AuditWrites): HookWrites {
  const insert = database.prepare(
    `INSERT INTO hook (tenant, id, token, workflow, verify, quota, key, sealed, created_at, code)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const revoke = database.prepare(
    "UPDATE hook SET revoked_at = ? WHERE tenant = ? AND id = ? AND revoked_at IS NULL",
  );

  return {
    put({ tenant, id, token, workflow, verify, quota, key, sealed, createdAt, code }, audit) {
      if (!log.follows(tenant, audit)) return "audit_moved";
      if (!fence(tenant, key)) return "stale_key";
      insert.run(tenant, id, token, workflow, verify ? 1 : 0, quota, key, sealed, createdAt, code);
      log.add(audit);
      return "put";
    },
    revoke(tenant, id, at, audit) {
      if (!log.follows(tenant, audit)) return "audit_moved";
      const isRevoked = revoke.run(at, tenant, id).changes === 1;
      if (isRevoked) log.add(audit);
      return isRevoked;
    },
  };
}
