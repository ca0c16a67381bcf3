// Places of runs that ended badly alike.

import type { Database } from "better-sqlite3";
import { runStatuses } from "../../run/status.ts";
import type { Place, PlacesOf } from "./place-of-run.ts";
import { statusNumber } from "./rows.ts";

export function preparePlacesByFailure(database: Database): PlacesOf {
  const places = database.prepare<object, Place>(
    `SELECT l.created_at AS createdAt, l.run AS no FROM failure AS l CROSS JOIN head AS h ON h.no = l.run
     WHERE l.tenant = :tenant AND l.failure = :failure AND l.created_at >= :from AND l.created_at <= :to
       AND (l.created_at < :before OR l.run < :no) AND (1 << h.status) & :statuses
       AND (:workflow = x'' OR h.workflow = :workflow)
       AND (:label = x'' OR EXISTS (
         SELECT 1 FROM label AS own WHERE own.tenant = h.tenant AND own.label = :label
           AND own.status = h.status AND own.created_at = h.created_at AND own.run = h.no))
     ORDER BY l.created_at DESC, l.run DESC LIMIT :limit`,
  );
  return (tenant, { failure, workflow, label, statuses, createdFrom, createdTo }, before, limit) =>
    places.all({
      tenant,
      failure,
      workflow: workflow ?? new Uint8Array(0),
      label: label ?? new Uint8Array(0),
      statuses: (statuses ?? runStatuses).reduce((bits, status) => bits | (1 << statusNumber(status)), 0),
      from: createdFrom ?? 0,
      to: Math.min(createdTo === undefined ? before.createdAt : createdTo - 1, before.createdAt),
      before: before.createdAt,
      no: before.no,
      limit,
    });
}
