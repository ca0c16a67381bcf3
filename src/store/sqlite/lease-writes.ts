// Leases, and the runs that are taken and given back under them.

import type { Database } from "better-sqlite3";
import type { Fence, LeaseRequest, RunName, RunRow } from "../../ports/store.ts";
import type { RunId, TenantId } from "../../value/id.ts";
import { runOf, type SqlRun } from "./rows.ts";

export interface LeaseWrites {
  open(request: LeaseRequest): Fence;
  renew(fence: Fence, request: LeaseRequest): boolean;
  close(fence: Fence, released: readonly RunName[]): void;
  claim(fence: Fence, now: number, limit: number): readonly RunRow[];
  claimRun(fence: Fence, now: number, tenant: TenantId, run: RunId): RunRow | null | false;
}

export function prepareLeases(database: Database): LeaseWrites {
  const endAll = database.prepare("UPDATE lease SET ended = 1 WHERE ended = 0");
  const insert = database.prepare("INSERT INTO lease (node, expires_at) VALUES (?, ?)");
  const renew = database.prepare("UPDATE lease SET expires_at = ? WHERE fence = ? AND ended = 0");
  const end = database.prepare("UPDATE lease SET ended = 1 WHERE fence = ?");
  const endExpired = database.prepare(
    "UPDATE lease SET ended = 1 WHERE ended = 0 AND expires_at <= ? AND fence <> ?",
  );
  const isLive = database.prepare<[number]>("SELECT 1 FROM lease WHERE fence = ? AND ended = 0").pluck();
  const ended = database.prepare("SELECT fence FROM lease WHERE ended = 1").pluck();
  // The highest is kept, so that a fence is never given twice.
  const forget = database.prepare(
    `DELETE FROM lease WHERE ended = 1 AND fence < (SELECT max(fence) FROM lease)
       AND NOT EXISTS (SELECT 1 FROM run WHERE owner = lease.fence AND due_at IS NOT NULL)`,
  );
  const release = database.prepare("UPDATE run SET owner = 0 WHERE tenant = ? AND run = ? AND owner = ?");
  const due = database.prepare<[number, number, number]>(
    "SELECT * FROM run WHERE owner = ? AND due_at <= ? ORDER BY due_at LIMIT ?",
  );
  const take = database.prepare("UPDATE run SET owner = ? WHERE tenant = ? AND run = ?");
  const one = database.prepare<[string, string]>("SELECT * FROM run WHERE tenant = ? AND run = ?");

  return {
    open({ node, now, ttlMs }) {
      // One process at a time holds an embedded store: a new lease ends every earlier one.
      endAll.run();
      return Number(insert.run(node, now + ttlMs).lastInsertRowid);
    },
    renew: (fence, { now, ttlMs }) => renew.run(now + ttlMs, fence).changes === 1,
    close(fence, released) {
      for (const { tenant, run } of released) release.run(tenant, run, fence);
      end.run(fence);
    },
    claim(fence, now, limit) {
      if (isLive.get(fence) === undefined) return [];
      endExpired.run(now, fence);
      const free = [0, ...(ended.all() as number[])];
      const rows = free
        .flatMap((owner) => due.all(owner, now, limit) as SqlRun[])
        .sort((a, b) => (a.due_at ?? 0) - (b.due_at ?? 0) || (a.run < b.run ? -1 : 1))
        .slice(0, limit);
      for (const row of rows) take.run(fence, row.tenant, row.run);
      if (rows.length < limit) forget.run();
      return rows.map(runOf);
    },
    claimRun(fence, now, tenant, run) {
      const row = one.get(tenant, run) as SqlRun | undefined;
      if (row === undefined) return null;
      if (row.ended_at !== null) return runOf(row);
      if (isLive.get(fence) === undefined) return false;
      endExpired.run(now, fence);
      if (row.owner !== fence && row.owner !== 0 && isLive.get(row.owner) !== undefined) return false;
      take.run(fence, tenant, run);
      return runOf(row);
    },
  };
}
