// The runs that may be claimed: due or poked, and held by nobody living.

import type { Database } from "better-sqlite3";
import { leftBehind } from "../run-owner.ts";
import { isNotLeaving } from "./deleted-tenants.ts";
import { runColumns, type SqlRun } from "./rows.ts";

export type FreeRun = SqlRun & { readonly tenant: string };

/**
 * Gives at most `limit` of them, earliest first.
 *
 * @param open JSON list of the numbers of the tenants whose attended runs are among them
 */
export type FreeRuns = (now: number, limit: number, open: string) => readonly FreeRun[];

interface Place {
  readonly no: number;
  readonly due_at: number | null;
}

export function prepareFreeRuns(database: Database): FreeRuns {
  const isLive = database.prepare<[number]>("SELECT 1 FROM lease WHERE fence = ? AND ended = 0").pluck();
  const ended = database.prepare<[], number>("SELECT fence FROM lease WHERE ended = 1").pluck();
  const { due, attendedDue, poked, attendedPoked, nextPokedOwner } = preparePlaces(database);
  const rows = database.prepare<[string], FreeRun>(
    `SELECT ${runColumns}, t.id AS tenant FROM json_each(?) AS place CROSS JOIN head AS h ON h.no = place.value
       CROSS JOIN run AS r ON r.no = h.no CROSS JOIN tenant AS t ON t.no = h.tenant ORDER BY place.key`,
  );

  /** Owners of poked runs that are free: also leases that are long forgotten. */
  function freeOwners(): readonly number[] {
    const owners: number[] = [];
    let owner = nextPokedOwner.get(leftBehind - 1) as number | null;
    while (owner !== null) {
      if (isLive.get(owner) === undefined) owners.push(owner);
      owner = nextPokedOwner.get(owner) as number | null;
    }
    return owners;
  }

  return (now, limit, open) => {
    const tenants = JSON.parse(open) as readonly number[];
    const places = new Map<number, Place>();
    const add = (found: readonly Place[]) => {
      for (const place of found) places.set(place.no, place);
    };
    for (const owner of [0, leftBehind, ...ended.all()]) {
      add(due.all(owner, now, limit));
      for (const tenant of tenants) add(attendedDue.all(owner, tenant, now, limit));
    }
    for (const owner of freeOwners()) {
      add(poked.all(owner, limit));
      for (const tenant of tenants) add(attendedPoked.all(owner, tenant, limit));
    }
    const earliest = [...places.values()]
      .sort((a, b) => (a.due_at ?? 0) - (b.due_at ?? 0) || a.no - b.no)
      .slice(0, limit);
    return earliest.length === 0 ? [] : rows.all(JSON.stringify(earliest.map(({ no }) => no)));
  };
}

/** Those of tenants that are not open are not on the way: there may be any number of them. */
function preparePlaces(database: Database) {
  return {
    due: database.prepare<[number, number, number], Place>(
      `SELECT no, due_at FROM head INDEXED BY head_due
       WHERE owner = ? AND attended = 0 AND due_at <= ? AND due_at IS NOT NULL AND ${isNotLeaving("tenant")}
       ORDER BY due_at LIMIT ?`,
    ),
    attendedDue: database.prepare<[number, number, number, number], Place>(
      `SELECT no, due_at FROM head INDEXED BY head_attended
       WHERE owner = ? AND tenant = ? AND attended = 1 AND due_at <= ? AND due_at IS NOT NULL
       ORDER BY due_at LIMIT ?`,
    ),
    poked: database.prepare<[number, number], Place>(
      `SELECT no, due_at FROM head INDEXED BY head_poked
       WHERE owner = ? AND attended = 0 AND poked = 1 AND ${isNotLeaving("tenant")} ORDER BY due_at LIMIT ?`,
    ),
    attendedPoked: database.prepare<[number, number, number], Place>(
      `SELECT no, due_at FROM head INDEXED BY head_attended_poked
       WHERE owner = ? AND tenant = ? AND attended = 1 AND poked = 1 ORDER BY due_at LIMIT ?`,
    ),
    nextPokedOwner: database
      .prepare<[number], number | null>(
        "SELECT min(owner) FROM head INDEXED BY head_poked WHERE poked = 1 AND owner > ?",
      )
      .pluck(),
  };
}
