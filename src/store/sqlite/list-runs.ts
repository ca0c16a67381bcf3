// The list of runs: newest first by any filter, a page at a time, at the cost of the page and not of what is stored.

import type { Database } from "better-sqlite3";
import type { Page, RunFilter, RunRow } from "../../ports/store.ts";
import type { TenantId } from "../../value/id.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { newest, newestOf, type Place, type PlacesOf } from "./place-of-run.ts";
import { preparePlacesByStatus } from "./places-by-status.ts";
import { preparePlacesListed } from "./places-listed.ts";
import { preparePlacesOverdue } from "./places-overdue.ts";
import { runColumns, runOf, type SqlRun } from "./rows.ts";

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
    // One that was forgotten between the two reads is left out.
    const rows = shown.flatMap((place) => rowOf.get(place.no) ?? []);
    return {
      rows: rows.map((row) => runOf(tenant, row)),
      next: found.length > limit && last !== undefined ? cursorOf(last) : null,
    };
  };
}

/** Places of the newest runs, by what a filter asks of them beside their times. */
function preparePlaces(database: Database): PlacesOf {
  const [byStatus, listed] = [preparePlacesByStatus(database), preparePlacesListed(database)];
  const overdue = preparePlacesOverdue(database, (...asked) =>
    (asked[1].label === undefined ? byStatus : listed)(...asked),
  );
  return (tenant, filter, before, limit) => {
    const { doing, overdueAt, failure, label } = filter;
    const isByDoing = doing !== undefined || overdueAt !== undefined;
    // A run that ended badly does nothing any more.
    if (failure !== undefined && isByDoing) return [];
    const isListed = doing !== undefined || failure !== undefined || label !== undefined;
    const late = overdueAt === undefined ? [] : overdue(tenant, filter, before, limit);
    if (isByDoing && doing === undefined) return late;
    const places = (isListed ? listed : byStatus)(tenant, filter, before, limit);
    return newestOf([...late, ...places], limit);
  };
}

function cursorOf({ createdAt, no }: Place): string {
  return encodeCursor([String(createdAt), String(no)]);
}

function placeOf(cursor: string): Place {
  const [createdAt, no] = decodeCursor(cursor, 2);
  return { createdAt: Number(createdAt), no: Number(no) };
}
