// The list of runs: newest first by any filter, a page at a time, at the cost of the page and not of what is stored.

import type { Database, Statement } from "better-sqlite3";
import type { Page, RunFilter, RunRow } from "../../ports/store.ts";
import { runStatuses } from "../../run/status.ts";
import type { TenantId } from "../../value/id.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { runColumns, runOf, type SqlRun, statusNumber } from "./rows.ts";

interface Place {
  readonly createdAt: number;
  readonly no: number;
}

type Bound = number | Uint8Array;
type PlacesOf = (tenant: number, filter: RunFilter, before: Place, limit: number) => readonly Place[];

/** Beyond every row: where the first page begins. */
const newest: Place = { createdAt: Number.MAX_SAFE_INTEGER, no: Number.MAX_SAFE_INTEGER };

export type ListRuns = (
  tenant: TenantId,
  no: number,
  filter: RunFilter,
  cursor: string | null,
  limit: number,
) => Page<RunRow>;

export function prepareListRuns(database: Database): ListRuns {
  const placesOf = preparePlaces(database);
  const rowOf = database.prepare<[number], SqlRun>(
    `SELECT ${runColumns} FROM head AS h JOIN run AS r ON r.no = h.no WHERE h.no = ?`,
  );
  return (tenant, no, filter, cursor, limit) => {
    const found = placesOf(no, filter, cursor === null ? newest : placeOf(cursor), limit + 1);
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    return {
      rows: shown.map((place) => runOf(tenant, rowOf.get(place.no) as SqlRun)),
      next: found.length > limit && last !== undefined ? cursorOf(last) : null,
    };
  };
}

/**
 * Places of the newest runs. Indexes end in status and time of creation, so each status gives its own sorted list:
 * the first of all of them together are the page.
 */
function preparePlaces(database: Database): PlacesOf {
  const [byStatus, byWorkflow, byLabel, byBoth] = [
    prepare(database, "head AS l INDEXED BY head_status", "l.no", ""),
    prepare(database, "head AS l INDEXED BY head_workflow", "l.no", "AND l.workflow = ?"),
    prepare(database, "label AS l", "l.run", "AND l.label = ?"),
    // The label leads: most labels have few runs.
    prepare(
      database,
      "label AS l CROSS JOIN head AS h ON h.no = l.run",
      "l.run",
      "AND l.label = ? AND h.workflow = ?",
    ),
  ] as const;

  return (tenant, filter, before, limit) => {
    const { workflow, label, createdFrom, createdTo } = filter;
    const statement =
      label === undefined
        ? workflow === undefined
          ? byStatus
          : byWorkflow
        : workflow === undefined
          ? byLabel
          : byBoth;
    const keys = [label, workflow].filter((key) => key !== undefined);
    const from = createdFrom ?? 0;
    const to = Math.min(createdTo === undefined ? before.createdAt : createdTo - 1, before.createdAt);
    const places = [...new Set(filter.statuses ?? runStatuses)].flatMap((status) =>
      statement.all(tenant, statusNumber(status), ...keys, from, to, before.createdAt, before.no, limit),
    );
    return places.sort((a, b) => b.createdAt - a.createdAt || b.no - a.no).slice(0, limit);
  };
}

function prepare(database: Database, from: string, no: string, where: string): Statement<Bound[], Place> {
  return database.prepare<Bound[], Place>(
    `SELECT l.created_at AS createdAt, ${no} AS no FROM ${from}
     WHERE l.tenant = ? AND l.status = ? ${where} AND l.created_at >= ? AND l.created_at <= ?
       AND (l.created_at < ? OR ${no} < ?)
     ORDER BY l.created_at DESC, ${no} DESC LIMIT ?`,
  );
}

function cursorOf({ createdAt, no }: Place): string {
  return encodeCursor([String(createdAt), String(no)]);
}

function placeOf(cursor: string): Place {
  const [createdAt, no] = decodeCursor(cursor, 2);
  return { createdAt: Number(createdAt), no: Number(no) };
}
