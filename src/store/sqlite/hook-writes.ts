// Writes of hooks.

import type { Database } from "better-sqlite3";
import type { AuditAppend, AuditMoved } from "../../ports/audit-store.ts";
import type { HookPut, HookRow } from "../../ports/inbox-store.ts";
import type { TenantId } from "../../value/id.ts";
import type { AuditWrites } from "./audit-writes.ts";
import type { KeyFence } from "./key-fence.ts";

export interface HookWrites {
  put(row: HookRow, max: number, audit: AuditAppend | undefined): HookPut;
  revoke(tenant: TenantId, id: string, at: number, audit: AuditAppend | undefined): boolean | AuditMoved;
  drop(beforeMs: number, limit: number): number;
}

type Forgotten = Pick<HookRow, "tenant" | "id">;

export function prepareHooks(database: Database, fence: KeyFence, log: AuditWrites): HookWrites {
  const insert = database.prepare(
    `INSERT INTO hook (tenant, id, token, workflow, verify, quota, key, sealed, created_at, code)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const revoke = database.prepare(
    "UPDATE hook SET revoked_at = ? WHERE tenant = ? AND id = ? AND revoked_at IS NULL",
  );
  const active = database
    .prepare<[TenantId], number>(
      "SELECT count(*) FROM hook INDEXED BY hook_active WHERE tenant = ? AND revoked_at IS NULL",
    )
    .pluck();
  const due = database.prepare<[number, number], Forgotten>(
    `SELECT tenant, id FROM hook INDEXED BY hook_revoked
     WHERE revoked_at IS NOT NULL AND revoked_at < ? ORDER BY revoked_at LIMIT ?`,
  );
  const forget = [
    "DELETE FROM hook WHERE tenant = @tenant AND id = @id",
    "DELETE FROM inbox_count WHERE tenant = @tenant AND hook = @id AND waiting = 0",
    "DELETE FROM delivery_count WHERE tenant = @tenant AND hook = @id AND kept = 0",
  ].map((text) => database.prepare<Forgotten>(text));

  return {
    put({ tenant, id, token, workflow, verify, quota, key, sealed, createdAt, code }, max, audit) {
      if (!log.follows(tenant, audit)) return "audit_moved";
      if (!fence(tenant, key)) return "stale_key";
      if ((active.get(tenant) ?? 0) >= max) return "full";
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
    drop(beforeMs, limit) {
      const found = due.all(beforeMs, limit);
      for (const { tenant, id } of found) for (const statement of forget) statement.run({ tenant, id });
      return found.length;
    },
  };
}
