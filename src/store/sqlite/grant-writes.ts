// Writes of grants: a workflow has one that has not ended, at most.

import type { Database } from "better-sqlite3";
import type { AuditAppend, AuditMoved } from "../../ports/audit-store.ts";
import type { GrantEnd, GrantPut, GrantRow } from "../../ports/inbox-store.ts";
import type { DefinitionRow } from "../../ports/store.ts";
import type { TenantId } from "../../value/id.ts";
import type { AuditWrites } from "./audit-writes.ts";
import { packList, unpackList } from "./byte-list.ts";
import type { KeyFence } from "./key-fence.ts";
import type { LiveWrites } from "./live-writes.ts";

export interface GrantWrites {
  put(row: GrantRow): GrantPut;
  revoke(tenant: TenantId, id: string, at: number, audit: AuditAppend | undefined): boolean | AuditMoved;
  expire(now: number): number;
  /** Its workflow was deleted. */
  endOf(tenant: TenantId, workflow: Uint8Array, at: number): void;
  /** A definition was put: one of the highest version ends the grant of those before, any the grants that name it. */
  endBy(definition: DefinitionRow): void;
}

export function prepareGrants(
  database: Database,
  { lives, fence }: { readonly lives: LiveWrites; readonly fence: KeyFence },
  log: AuditWrites,
): GrantWrites {
  const higher = database
    .prepare<[string, Uint8Array, number]>(
      "SELECT 1 FROM definition WHERE tenant = ? AND name = ? AND version > ? LIMIT 1",
    )
    .pluck();
  const insert = database.prepare(
    `INSERT INTO standing_grant (tenant, id, workflow, version, names, key, live, sealed, created_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const end = database.prepare(
    `UPDATE standing_grant SET ended_at = ?, how = ?, live = NULL
     WHERE tenant = ? AND workflow = ? AND ended_at IS NULL`,
  );
  const standing = database.prepare<[string], { readonly workflow: Buffer; readonly names: Buffer }>(
    `SELECT workflow, names FROM standing_grant INDEXED BY standing_grant_workflow
     WHERE tenant = ? AND ended_at IS NULL`,
  );
  const revoke = database.prepare(
    `UPDATE standing_grant SET ended_at = ?, how = 'revoked', live = NULL
     WHERE tenant = ? AND id = ? AND ended_at IS NULL`,
  );
  const expire = database.prepare(
    `UPDATE standing_grant SET ended_at = ?, how = 'expired', live = NULL
     WHERE ended_at IS NULL AND expires_at <= ?`,
  );
  const endAll = (at: number, how: GrantEnd, tenant: string, workflow: Uint8Array) =>
    void end.run(at, how, tenant, workflow);

  return {
    put(row) {
      const { tenant, id, workflow, version, key, live, sealed, createdAt, expiresAt } = row;
      if (!lives.admits(live)) return "stale_epoch";
      if (!fence(tenant, key)) return "stale_key";
      if (!lives.hasDefinition(tenant, workflow, version)) return "not_live";
      if (!lives.areOpen(tenant, row.names)) return "not_live";
      if (higher.get(tenant, workflow, version) !== undefined) return "stale";
      endAll(createdAt, "replaced", tenant, workflow);
      const names = packList(row.names);
      insert.run(tenant, id, workflow, version, names, key, live, sealed, createdAt, expiresAt);
      return "put";
    },
    revoke(tenant, id, at, audit) {
      if (!log.follows(tenant, audit)) return "audit_moved";
      const isRevoked = revoke.run(at, tenant, id).changes === 1;
      if (isRevoked) log.add(audit);
      return isRevoked;
    },
    expire: (now) => expire.run(now, now).changes,
    endOf: (tenant, workflow, at) => endAll(at, "deleted", tenant, workflow),
    endBy({ tenant, name, version, createdAt }) {
      if (higher.get(tenant, name, version) === undefined) endAll(createdAt, "version", tenant, name);
      for (const { workflow, names } of standing.all(tenant)) {
        const isNamed = unpackList(names).some((one) => Buffer.compare(one, name) === 0);
        if (isNamed) endAll(createdAt, "version", tenant, workflow);
      }
    },
  };
}
