// Places of runs that were due before a time, and that nobody holds.

import type { Database } from "better-sqlite3";
import { runStatuses } from "../../run/status.ts";
import { any } from "./listed-writes.ts";
import type { Place, PlacesOf } from "./place-of-run.ts";
import { statusNumber } from "./rows.ts";

/**
 * Due runs are claimed at once where their tenant is open, as one is that lists its runs: few stay due. All are looked at, but
 * in the index alone.
 */
export function preparePlacesOverdue(database: Database): PlacesOf {
  const late = `SELECT created_at AS createdAt, no, status FROM head INDEXED BY head_overdue
     WHERE owner <= 0 AND due_at IS NOT NULL AND tenant = @tenant AND due_at < @overdueAt
       AND created_at >= @from AND created_at <= @to AND (created_at < @before OR no < @no)
       AND (1 << status) & @statuses AND (@workflow = x'' OR workflow = @workflow)
     ORDER BY created_at DESC, no DESC`;
  const places = database.prepare<object, Place>(`${late} LIMIT @limit`);
  // Labels are looked for from the newest on, no further than a page.
  const labelled = database.prepare<object, Place>(
    `WITH late AS MATERIALIZED (${late})
     SELECT h.createdAt, h.no FROM late AS h WHERE EXISTS (
       SELECT 1 FROM listed AS l WHERE l.tenant = @tenant AND l.what = x'' AND l.label = @label
         AND l.workflow = x'' AND l.status = h.status AND l.created_at = h.createdAt AND l.run = h.no)
     LIMIT @limit`,
  );
  return (tenant, filter, before, limit) => {
    const { workflow = any, label, statuses = runStatuses, overdueAt, createdFrom, createdTo } = filter;
    const asked = {
      tenant,
      workflow,
      statuses: statuses.reduce((bits, status) => bits | (1 << statusNumber(status)), 0),
      overdueAt,
      from: createdFrom ?? 0,
      to: Math.min(createdTo === undefined ? before.createdAt : createdTo - 1, before.createdAt),
      before: before.createdAt,
      no: before.no,
      limit,
    };
    return label === undefined ? places.all(asked) : labelled.all({ ...asked, label });
  };
}
