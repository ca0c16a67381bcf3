// Writes of sessions, and of links by which one comes of another.

import type { Database } from "better-sqlite3";
import {
  type LinkResult,
  type SessionLink,
  type SessionRow,
  sessionsMax,
} from "../../ports/account-store.ts";
import type { AuditAppend, AuditMoved } from "../../ports/audit-store.ts";
import type { TenantId } from "../../value/id.ts";
import type { AuditWrites } from "./audit-writes.ts";
import type { EpochFence } from "./epoch-fence.ts";

export interface SessionWrites {
  /** Beyond `max` the oldest end. */
  open(row: SessionRow, max?: number): void;
  /** How many there were. */
  endAll(tenant: TenantId): number;
  drop(beforeMs: number): void;
  link(
    row: SessionRow & { readonly link: SessionLink },
    uses: Uint8Array | null,
    audit: AuditAppend | undefined,
  ): LinkResult | AuditMoved;
  endSessions(
    tenant: TenantId,
    token: Uint8Array | null,
    audit: AuditAppend | undefined,
  ): number | AuditMoved;
}

export function prepareSessions(database: Database, log: AuditWrites, fence: EpochFence): SessionWrites {
  const generationOf = database
    .prepare<[TenantId], number>("SELECT generation FROM account WHERE tenant = ?")
    .pluck();
  const open = prepareOpenSession(database);
  const endOne = database.prepare("DELETE FROM session WHERE tenant = ? AND (token = ? OR parent = ?)");
  const count = database.prepare<[TenantId], number>("SELECT count(*) FROM session WHERE tenant = ?").pluck();
  const oldest = database
    .prepare<[TenantId, Uint8Array, Uint8Array, number], Uint8Array>(
      `SELECT token FROM session WHERE tenant = ? AND token <> ? AND token <> ?
       ORDER BY created_at, token LIMIT ?`,
    )
    .pluck();
  const endAll = database.prepare("DELETE FROM session WHERE tenant = ?");
  const isThere = database
    .prepare<[TenantId, Uint8Array, number], number>(
      "SELECT 1 FROM session WHERE tenant = ? AND token = ? AND used = ?",
    )
    .pluck();
  const dropSessions = database.prepare("DELETE FROM session WHERE expires_at < ?");
  const openWithin = (row: SessionRow, max = sessionsMax) => {
    open(row);
    const excess = (count.get(row.tenant) as number) - max;
    if (excess <= 0) return;
    const { tenant, token: own, link } = row;
    // Not the one that it comes of either: with that it would end itself.
    for (const token of oldest.all(tenant, own, link?.parent ?? own, excess))
      endOne.run(tenant, token, token);
  };
  return {
    open: openWithin,
    endAll: (tenant) => endAll.run(tenant).changes,
    drop: (beforeMs) => void dropSessions.run(beforeMs),
    link(row, uses, audit) {
      const { tenant, generation, link, epoch } = row;
      if (generationOf.get(tenant) !== generation) return "gone";
      if (isThere.get(tenant, link.parent, 1) === undefined) return "gone";
      if (uses !== null && isThere.get(tenant, uses, 0) === undefined) return "gone";
      if (!log.follows(tenant, audit)) return "audit_moved";
      if (!fence.isCurrent(epoch)) return "stale_epoch";
      log.add(audit);
      if (uses !== null) endOne.run(tenant, uses, uses);
      openWithin(row);
      return "linked";
    },
    endSessions(tenant, token, audit) {
      if (!log.follows(tenant, audit)) return "audit_moved";
      const { changes } = token === null ? endAll.run(tenant) : endOne.run(tenant, token, token);
      if (changes > 0) log.add(audit);
      return changes;
    },
  };
}

function prepareOpenSession(database: Database): (row: SessionRow) => void {
  const insert = database.prepare(
    `INSERT INTO session (token, tenant, generation, created_at, expires_at, sealed, epoch, parent, used)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return ({ token, tenant, generation, createdAt, expiresAt, sealed, epoch, link }) => {
    const { parent, isUsed } = link ?? { parent: null, isUsed: true };
    insert.run(token, tenant, generation, createdAt, expiresAt, sealed, epoch, parent, isUsed ? 1 : 0);
  };
}
