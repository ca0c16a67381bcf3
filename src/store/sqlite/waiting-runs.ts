// Runs by what they do, oldest first: for lists of what is waited for.

import type { Database } from "better-sqlite3";
import type { WaitingFilter } from "../../ports/overview-store.ts";
import type { Page, RunRow } from "../../ports/store.ts";
import { runStatuses } from "../../run/status.ts";
import type { TenantId } from "../../value/id.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { any, kindBytes } from "./listed-writes.ts";
import type { Place } from "./place-of-run.ts";
import { runColumns, runOf, type SqlRun, statusNumber } from "./rows.ts";

export type ListWaiting = (
  tenant: TenantId,
  no: number,
  filter: WaitingFilter,
  cursor: string | null,
  limit: number,
) => Page<RunRow>;

export function prepareListWaiting(database: Database): ListWaiting {
  const places = database.prepare<object, Place>(
    `SELECT created_at AS createdAt, run AS no FROM listed
     WHERE tenant = @tenant AND what = @what AND label = @label AND workflow = @workflow AND status = @status
       AND (created_at, run) > (@after, @no) AND created_at >= @from AND created_at < @to
     ORDER BY created_at, run LIMIT @limit`,
  );
  const rowOf = database.prepare<[number], SqlRun>(
    `SELECT ${runColumns} FROM head AS h JOIN run AS r ON r.no = h.no WHERE h.no = ?`,
  );

  return (tenant, no, { doing, workflow = any, label = any, createdFrom, createdTo }, cursor, limit) => {
    const [after, afterNo] = cursor === null ? [-1, -1] : decodeCursor(cursor, 2).map(Number);
    const asked = {
      tenant: no,
      workflow,
      label,
      from: createdFrom ?? 0,
      to: createdTo ?? Number.MAX_SAFE_INTEGER,
      after,
      no: afterNo,
      limit: limit + 1,
    };
    const kinds = kindBytes.filter((_, kind) => (doing & (1 << kind)) !== 0);
    const found = kinds.flatMap((what) =>
      runStatuses.flatMap((status) => places.all({ ...asked, what, status: statusNumber(status) })),
    );
    const byNo = new Map(found.map((place) => [place.no, place]));
    const oldest = [...byNo.values()].sort(inOrder);
    const shown = oldest.slice(0, limit);
    const last = oldest.length > limit ? shown.at(-1) : undefined;
    // One that was forgotten between the two reads is left out.
    const rows = shown.flatMap((place) => rowOf.get(place.no) ?? []);
    return {
      rows: rows.map((row) => runOf(tenant, row)),
      next: last === undefined ? null : encodeCursor([String(last.createdAt), String(last.no)]),
    };
  };
}

function inOrder(a: Place, b: Place): number {
  return a.createdAt - b.createdAt || a.no - b.no;
}
