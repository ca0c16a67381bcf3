// Leases, and the runs that are taken and given back under them.

import type { Database } from "better-sqlite3";
import type { Fence, LeaseRequest, RunName, RunRow } from "../../ports/store.ts";
import type { TenantId } from "../../value/id.ts";
import { prepareFreeRuns } from "./free-runs.ts";
import type { Heads } from "./heads.ts";
import { prepareLeaseEnds } from "./lease-ends.ts";
import { runColumns, runOf, type SqlRun } from "./rows.ts";
import { runIdBytes } from "./run-id-bytes.ts";
import { prepareSetAside } from "./set-aside.ts";

export interface LeaseWrites {
  open(request: LeaseRequest): Fence;
  renew(fence: Fence, request: LeaseRequest): boolean;
  close(fence: Fence, released: readonly RunName[]): void;
  claim(fence: Fence, now: number, limit: number, open: readonly TenantId[]): readonly RunRow[];
  claimRun(fence: Fence, now: number, name: RunName, ended: boolean): RunRow | null | false;
  setAside(fence: Fence, name: RunName): void;
}

export function prepareLeases(database: Database, heads: Heads): LeaseWrites {
  const [ends, aside] = [prepareLeaseEnds(database, heads), prepareSetAside(database, heads)];
  const insert = database.prepare("INSERT INTO lease (node, expires_at) VALUES (?, ?)");
  const renew = database.prepare("UPDATE lease SET expires_at = ? WHERE fence = ? AND ended = 0");
  const isLive = database.prepare<[number]>("SELECT 1 FROM lease WHERE fence = ? AND ended = 0").pluck();
  const freeRuns = prepareFreeRuns(database);
  // Fences are never given twice: SQLite remembers the highest (AUTOINCREMENT).
  const forget = database.prepare(
    `DELETE FROM lease WHERE ended = 1
       AND NOT EXISTS (SELECT 1 FROM head INDEXED BY head_due
         WHERE owner = lease.fence AND attended IN (0, 1) AND due_at IS NOT NULL)`,
  );
  // Should the node die before it has looked, what was poked is still due.
  const setOwner = database.prepare(
    "UPDATE head SET owner = ?, due_at = iif(poked = 1, 0, due_at), poked = 0 WHERE no = ?",
  );
  const calm = database.prepare("UPDATE head SET due_at = 0, poked = 0 WHERE no = ? AND poked = 1");
  const release = database.prepare("UPDATE head SET owner = 0 WHERE no = ?");
  const one = database.prepare<[number, Uint8Array], SqlRun>(
    `SELECT ${runColumns} FROM run AS r JOIN head AS h ON h.no = r.no WHERE r.tenant = ? AND r.id = ?`,
  );

  return {
    open({ node, now, ttlMs }) {
      // One process at a time holds an embedded store: a new lease ends every earlier one.
      ends.all();
      aside.putBack();
      return Number(insert.run(node, now + ttlMs).lastInsertRowid);
    },
    renew: (fence, { now, ttlMs }) => renew.run(now + ttlMs, fence).changes === 1,
    setAside: aside.run,
    close(fence, released) {
      for (const { tenant, run } of released) {
        const head = heads.find(tenant, run);
        if (head !== null && head.owner === fence) release.run(head.no);
        heads.forget(tenant, run);
      }
      ends.one(fence);
    },
    claim(fence, now, limit, open) {
      if (isLive.get(fence) === undefined) return [];
      ends.expired(now, fence);
      const rows = freeRuns(now, limit, numbersOf(heads, open));
      const claimed = rows.map((row) => runOf(row.tenant as TenantId, row));
      rows.forEach((row, index) => {
        setOwner.run(fence, row.no);
        heads.forget(row.tenant, (claimed[index] as RunRow).run);
      });
      if (rows.length < limit) forget.run();
      return claimed;
    },
    claimRun(fence, now, { tenant, run }, ended) {
      const no = heads.tenant(tenant);
      const row = no === null ? undefined : one.get(no, runIdBytes(run));
      if (row === undefined) return null;
      if (row.ended_at !== null && row.owner === 0 && !ended) return runOf(tenant, row);
      if (isLive.get(fence) === undefined) return false;
      ends.expired(now, fence);
      if (row.owner === fence) {
        calm.run(row.no);
        return runOf(tenant, row);
      }
      if (row.owner !== 0 && isLive.get(row.owner) !== undefined) return false;
      setOwner.run(fence, row.no);
      heads.forget(tenant, run);
      return runOf(tenant, row);
    },
  };
}

/** As JSON: those that have runs. */
function numbersOf(heads: Heads, tenants: readonly TenantId[]): string {
  return JSON.stringify(tenants.flatMap((tenant) => heads.tenant(tenant) ?? []));
}
