// Runs by what they do, oldest first: for lists of what is waited for.

import type { Database } from "better-sqlite3";
import { type WaitingFilter, waitingLookedAt } from "../../ports/overview-store.ts";
import type { Page, RunRow } from "../../ports/store.ts";
import { doings } from "../../run/doing.ts";
import type { TenantId } from "../../value/id.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import type { Place } from "./place-of-run.ts";
import { runColumns, runOf, type SqlRun } from "./rows.ts";

interface Candidate extends Place {
  readonly fits: number;
}

export type ListWaiting = (
  tenant: TenantId,
  no: number,
  filter: WaitingFilter,
  cursor: string | null,
  limit: number,
) => Page<RunRow>;

export function prepareListWaiting(database: Database): ListWaiting {
  const candidates = database.prepare<object, Candidate>(
    `SELECT l.created_at AS createdAt, l.run AS no, :label = x'' OR EXISTS (
       SELECT 1 FROM label AS own CROSS JOIN head AS h ON h.no = own.run
       WHERE own.tenant = :tenant AND own.label = :label AND own.status = h.status
         AND own.created_at = l.created_at AND own.run = l.run) AS fits
     FROM (SELECT created_at, run FROM doing WHERE tenant = :tenant AND kind = :kind AND workflow = :workflow
         AND (created_at, run) > (:after, :no) AND created_at >= :from AND created_at < :to
       ORDER BY created_at, run LIMIT ${waitingLookedAt}) AS l`,
  );
  const rowOf = database.prepare<[number], SqlRun>(
    `SELECT ${runColumns} FROM head AS h JOIN run AS r ON r.no = h.no WHERE h.no = ?`,
  );

  return (tenant, no, { doing, workflow, label, createdFrom, createdTo }, cursor, limit) => {
    const [after, afterNo] = cursor === null ? [-1, -1] : decodeCursor(cursor, 2).map(Number);
    const asked = {
      tenant: no,
      workflow: workflow ?? new Uint8Array(0),
      label: label ?? new Uint8Array(0),
      from: createdFrom ?? 0,
      to: createdTo ?? Number.MAX_SAFE_INTEGER,
      after,
      no: afterNo,
    };
    const kinds = [...doings.keys()].filter((kind) => (doing & (1 << kind)) !== 0);
    const found = kinds.map((kind) => candidates.all({ ...asked, kind }));
    // Beyond the last of a kind of which there are more, others of that kind may stand before.
    const ends = found.flatMap((rows) => (rows.length < waitingLookedAt ? [] : (rows.at(-1) ?? [])));
    const end = ends.sort(inOrder)[0] ?? null;
    const byNo = new Map(found.flat().map((place) => [place.no, place]));
    const seen = [...byNo.values()].sort(inOrder).filter((place) => end === null || inOrder(place, end) <= 0);
    const fitting = seen.filter(({ fits }) => fits === 1);
    const shown = fitting.slice(0, limit);
    const last = fitting.length > limit ? shown.at(-1) : (end ?? undefined);
    return {
      rows: shown.map((place) => runOf(tenant, rowOf.get(place.no) as SqlRun)),
      next: last === undefined ? null : encodeCursor([String(last.createdAt), String(last.no)]),
    };
  };
}

function inOrder(a: Place, b: Place): number {
  return a.createdAt - b.createdAt || a.no - b.no;
}
