// The runs that may be claimed: due or poked, and held by nobody living.

import type { Database } from "better-sqlite3";
import { runColumns, type SqlRun } from "./rows.ts";

export type FreeRun = SqlRun & { readonly tenant: string };

/**
 * Gives at most `limit` of them, earliest first.
 *
 * @param open JSON list of the numbers of the tenants whose attended runs are among them
 */
export type FreeRuns = (now: number, limit: number, open: string) => readonly FreeRun[];

/** Takes a JSON list of tenants' numbers. */
export const canOpen = "(h.attended = 0 OR h.tenant IN (SELECT value FROM json_each(?)))";

export function prepareFreeRuns(database: Database): FreeRuns {
  const isLive = database.prepare<[number]>("SELECT 1 FROM lease WHERE fence = ? AND ended = 0").pluck();
  const ended = database.prepare<[], number>("SELECT fence FROM lease WHERE ended = 1").pluck();
  const due = database.prepare<[number, number, string, number], FreeRun>(
    `SELECT ${runColumns}, t.id AS tenant FROM head AS h INDEXED BY head_due
       CROSS JOIN run AS r ON r.no = h.no CROSS JOIN tenant AS t ON t.no = h.tenant
     WHERE h.owner = ? AND h.due_at <= ? AND h.due_at IS NOT NULL AND ${canOpen} ORDER BY h.due_at LIMIT ?`,
  );
  const poked = database.prepare<[number, string, number], FreeRun>(
    `SELECT ${runColumns}, t.id AS tenant FROM head AS h INDEXED BY head_poked
       CROSS JOIN run AS r ON r.no = h.no CROSS JOIN tenant AS t ON t.no = h.tenant
     WHERE h.owner = ? AND h.poked = 1 AND ${canOpen} ORDER BY h.due_at LIMIT ?`,
  );
  const nextPokedOwner = database
    .prepare<[number], number | null>(
      "SELECT min(owner) FROM head INDEXED BY head_poked WHERE poked = 1 AND owner > ?",
    )
    .pluck();

  /** Owners of poked runs that are free: also leases that are long forgotten. */
  function freeOwners(): readonly number[] {
    const owners: number[] = [];
    let owner = nextPokedOwner.get(-1) as number | null;
    while (owner !== null) {
      if (isLive.get(owner) === undefined) owners.push(owner);
      owner = nextPokedOwner.get(owner) as number | null;
    }
    return owners;
  }

  return (now, limit, open) => {
    const rows = new Map<number, FreeRun>();
    for (const owner of [0, ...ended.all()]) {
      for (const row of due.all(owner, now, open, limit)) rows.set(row.no, row);
    }
    for (const owner of freeOwners()) {
      for (const row of poked.all(owner, open, limit)) rows.set(row.no, row);
    }
    return [...rows.values()]
      .sort((a, b) => (a.due_at ?? 0) - (b.due_at ?? 0) || a.no - b.no)
      .slice(0, limit);
  };
}
