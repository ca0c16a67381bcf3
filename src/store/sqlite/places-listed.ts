// Places of runs by a label, by what they do, by how they ended badly, and any of these together: each from an index of its own.

import type { Database } from "better-sqlite3";
import { runStatuses } from "../../run/status.ts";
import { any, kindBytes } from "./listed-writes.ts";
import type { Place, PlacesOf } from "./place-of-run.ts";
import { statusNumber } from "./rows.ts";

/** Each status, and each kind of what is done, gives its own sorted list. */
export function preparePlacesListed(database: Database): PlacesOf {
  const places = database.prepare<object, Place>(
    `SELECT created_at AS createdAt, run AS no FROM listed
     WHERE tenant = @tenant AND what = @what AND label = @label AND workflow = @workflow AND status = @status
       AND created_at >= @from AND created_at <= @to AND (created_at < @before OR run < @no)
     ORDER BY created_at DESC, run DESC LIMIT @limit`,
  );
  return (tenant, filter, before, limit) => {
    const { workflow = any, label = any, doing, failure, createdFrom, createdTo } = filter;
    const kinds = kindBytes.filter((_, kind) => ((doing ?? 0) & (1 << kind)) !== 0);
    const whats = doing === undefined ? [failure ?? any] : kinds;
    const asked = {
      tenant,
      label,
      workflow,
      from: createdFrom ?? 0,
      to: Math.min(createdTo === undefined ? before.createdAt : createdTo - 1, before.createdAt),
      before: before.createdAt,
      no: before.no,
      limit,
    };
    const statuses = [...new Set(filter.statuses ?? runStatuses)].map(statusNumber);
    return whats.flatMap((what) => statuses.flatMap((status) => places.all({ ...asked, what, status })));
  };
}
