// Writes of actions on many runs, each judged in its transaction.

import type { Database } from "better-sqlite3";
import type { BulkOutcome, BulkRow, NewBulk } from "../../ports/bulk-store.ts";
import type { Fence } from "../../ports/store.ts";
import type { BulkId, RunId, TenantId } from "../../value/id.ts";
import { bulkColumns, bulkOf, type SqlBulk } from "./bulk-rows.ts";
import { prepareDeletedTenants } from "./deleted-tenants.ts";
import { runIdBytes } from "./run-id-bytes.ts";

/** Runs of actions forgotten with one write. */
const droppedRunsMax = 10_000;

export type BulkWrite =
  | {
      readonly op: "createBulk";
      readonly fence: Fence;
      readonly bulk: NewBulk;
      readonly runs: readonly RunId[];
      readonly runningMax: number;
    }
  | {
      readonly op: "claimBulks";
      readonly fence: Fence;
      readonly now: number;
      readonly tenants: readonly TenantId[];
      readonly limit: number;
    }
  | {
      readonly op: "settleBulk";
      readonly fence: Fence;
      readonly tenant: TenantId;
      readonly id: BulkId;
      readonly outcomes: readonly BulkOutcome[];
      readonly at: number;
    }
  | { readonly op: "abortBulk"; readonly tenant: TenantId; readonly id: BulkId; readonly at: number }
  | { readonly op: "dropBulks"; readonly beforeMs: number; readonly limit: number };

export function prepareBulks(database: Database): (write: BulkWrite) => unknown {
  const statements = prepareStatements(database);
  return (write) => {
    switch (write.op) {
      case "createBulk":
        return create(statements, write);
      case "claimBulks":
        return claim(statements, write);
      case "settleBulk":
        return settle(statements, write);
      case "abortBulk":
        return abort(statements, write);
      case "dropBulks":
        return drop(statements, write);
    }
  };
}

type Statements = ReturnType<typeof prepareStatements>;
type Of<Op> = Extract<BulkWrite, { op: Op }>;

function create(
  { isLive, isDeleted, one, begun, running, insert, insertRun }: Statements,
  { fence, bulk, runs, runningMax }: Of<"createBulk">,
) {
  const { tenant, id, action, createdAt, by } = bulk;
  if (isLive.get(fence) === undefined) return "stale_fence";
  if (isDeleted(tenant)) return "gone";
  if (one.get(tenant, id) !== undefined) return "created";
  if (by !== null && begun.get(tenant, by.key) !== undefined) return "begun";
  if ((running.get(tenant) as number) >= runningMax) return "too_many";
  const ended = runs.length === 0 ? (["done", createdAt] as const) : (["running", null] as const);
  const key = by === null ? [null, null] : [by.key, by.asked];
  const { lastInsertRowid } = insert.run(tenant, id, action, createdAt, ...ended, runs.length, fence, ...key);
  runs.forEach((run, place) => {
    insertRun.run(lastInsertRowid, place, tenant, runIdBytes(run));
  });
  return "created";
}

function claim(
  { isLive, endExpired, free, hold, release }: Statements,
  { fence, now, tenants, limit }: Of<"claimBulks">,
): readonly BulkRow[] {
  if (isLive.get(fence) === undefined) return [];
  endExpired.run(now, fence);
  const named = JSON.stringify(tenants);
  release.run(fence, named);
  const rows = free.all(named, fence, limit);
  for (const row of rows) hold.run(fence, row.no);
  return rows.map(bulkOf);
}

function settle(
  { isLive, one, note, count, end }: Statements,
  { fence, tenant, id, outcomes, at }: Of<"settleBulk">,
): BulkRow | null {
  const row = one.get(tenant, id);
  if (row === undefined || row.owner !== fence || isLive.get(fence) === undefined) return null;
  for (const { place, code, created } of outcomes) {
    const made = created === null ? null : runIdBytes(created);
    if (note.run(code, made, row.no, place).changes === 1) count.run(code === null ? 0 : 1, row.no);
  }
  end.run(at, row.no);
  return bulkOf(one.get(tenant, id) as SqlBulk);
}

function abort({ one, stop }: Statements, { tenant, id, at }: Of<"abortBulk">): BulkRow | null {
  const row = one.get(tenant, id);
  if (row === undefined) return null;
  if (row.state !== "running") return bulkOf(row);
  stop.run(at, row.no);
  return { ...bulkOf(row), state: "aborted", endedAt: at };
}

/** An action goes when all of its runs are gone. */
function drop({ over, removeRuns, remove }: Statements, { beforeMs, limit }: Of<"dropBulks">): number {
  let left = droppedRunsMax;
  const found = over.all(beforeMs, limit) as readonly number[];
  for (const no of found) {
    left -= removeRuns.run(no, left).changes;
    if (left === 0) return limit;
    remove.run(no);
  }
  return found.length;
}

function prepareStatements(database: Database) {
  return {
    isLive: database.prepare<[number]>("SELECT 1 FROM lease WHERE fence = ? AND ended = 0").pluck(),
    isDeleted: prepareDeletedTenants(database),
    one: database.prepare<[string, string], SqlBulk>(
      `SELECT ${bulkColumns} FROM bulk
       WHERE tenant = ? AND id = ? AND tenant NOT IN (SELECT id FROM deleted_tenant)`,
    ),
    begun: database
      .prepare<[string, Uint8Array], number>("SELECT 1 FROM bulk WHERE tenant = ? AND begun_by = ?")
      .pluck(),
    running: database
      .prepare<[string], number>("SELECT count(*) FROM bulk WHERE tenant = ? AND state = 'running'")
      .pluck(),
    insert: database.prepare(
      `INSERT INTO bulk (tenant, id, action, created_at, state, ended_at, total, owner, begun_by, asked, done, refused)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)`,
    ),
    insertRun: database.prepare(
      "INSERT INTO bulk_run (bulk, place, tenant, run, done) VALUES (?, ?, ?, ?, 0)",
    ),
    endExpired: database.prepare(
      "UPDATE lease SET ended = 1 WHERE ended = 0 AND expires_at <= ? AND fence <> ?",
    ),
    free: database.prepare<[string, number, number], SqlBulk>(
      `SELECT ${bulkColumns} FROM bulk INDEXED BY bulk_running
       WHERE state = 'running' AND tenant IN (SELECT value FROM json_each(?))
         AND tenant NOT IN (SELECT id FROM deleted_tenant) AND (owner = ?
         OR NOT EXISTS (SELECT 1 FROM lease WHERE fence = bulk.owner AND ended = 0)) ORDER BY no LIMIT ?`,
    ),
    hold: database.prepare("UPDATE bulk SET owner = ? WHERE no = ?"),
    release: database.prepare<[number, string]>(
      `UPDATE bulk INDEXED BY bulk_running SET owner = 0
       WHERE state = 'running' AND owner = ? AND tenant NOT IN (SELECT value FROM json_each(?))`,
    ),
    note: database.prepare(
      "UPDATE bulk_run SET done = 1, code = ?, created = ? WHERE bulk = ? AND place = ? AND done = 0",
    ),
    count: database.prepare("UPDATE bulk SET done = done + 1, refused = refused + ? WHERE no = ?"),
    end: database.prepare(
      "UPDATE bulk SET state = 'done', ended_at = ? WHERE no = ? AND state = 'running' AND done = total",
    ),
    stop: database.prepare("UPDATE bulk SET state = 'aborted', ended_at = ? WHERE no = ?"),
    over: database
      .prepare<[number, number], number>("SELECT no FROM bulk WHERE ended_at < ? ORDER BY ended_at LIMIT ?")
      .pluck(),
    removeRuns: database.prepare<[number, number]>("DELETE FROM bulk_run WHERE bulk = ? LIMIT ?"),
    remove: database.prepare<[number]>("DELETE FROM bulk WHERE no = ?"),
  };
}
