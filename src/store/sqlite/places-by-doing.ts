// Places of runs by what they do, and of those that are overdue.

import type { Database } from "better-sqlite3";
import { doings } from "../../run/doing.ts";
import { runStatuses } from "../../run/status.ts";
import type { Place, PlacesOf } from "./place-of-run.ts";
import { statusNumber } from "./rows.ts";

/** Statuses of runs that do something. */
const live = runStatuses.filter((status) =>
  ["running", "waiting", "paused", "compensating"].includes(status),
);

/** Runs looked at, before a label is taken for rare. */
const candidatesMax = 1_000;

/** What every statement asks: statuses as bits, times, the place before which the page begins. */
const within = `(1 << h.status) & :statuses AND l.created_at >= :from AND l.created_at <= :to
  AND (l.created_at < :before OR h.no < :no)`;
const inOrder = "ORDER BY l.created_at DESC, h.no DESC LIMIT :limit";
const place = "SELECT l.created_at AS createdAt, h.no AS no";

export function preparePlacesByDoing(database: Database): PlacesOf {
  const byKind = database.prepare<object, Place>(
    `${place} FROM doing AS l CROSS JOIN head AS h ON h.no = l.run
     WHERE l.tenant = :tenant AND l.kind = :kind AND l.workflow = :workflow AND ${within} ${inOrder}`,
  );
  // Of the newest that do it, those with the label: enough where many have it.
  const candidates = `SELECT created_at, run FROM doing AS l
    WHERE l.tenant = :tenant AND l.kind = :kind AND l.workflow = :workflow AND l.created_at >= :from
      AND l.created_at <= :to AND (l.created_at < :before OR l.run < :no)
    ORDER BY l.created_at DESC, l.run DESC LIMIT ${candidatesMax}`;
  const count = database.prepare<object, number>(`SELECT count(*) FROM (${candidates})`).pluck();
  const amongNewest = database.prepare<object, Place>(
    `${place} FROM (${candidates}) AS l CROSS JOIN head AS h ON h.no = l.run
     WHERE (1 << h.status) & :statuses AND EXISTS (
       SELECT 1 FROM label AS own WHERE own.tenant = :tenant AND own.label = :label
         AND own.status = h.status AND own.created_at = h.created_at AND own.run = h.no)
     ${inOrder}`,
  );
  // Else the label leads: it has few runs among those that go on.
  const byLabel = database.prepare<object, Place>(
    `${place} FROM label AS l CROSS JOIN head AS h ON h.no = l.run
     WHERE l.tenant = :tenant AND l.label = :label AND l.status = :status AND h.doing & :doing
       AND (:workflow = x'' OR h.workflow = :workflow) AND ${within} ${inOrder}`,
  );
  // Due runs are claimed at once: those that stay due are few.
  const overdue = database.prepare<object, Place>(
    `${place} FROM head AS h INDEXED BY head_due JOIN head AS l ON l.no = h.no
     WHERE h.owner = 0 AND h.due_at < :overdueAt AND h.tenant = :tenant
       AND (:workflow = x'' OR h.workflow = :workflow) AND ${within}
       AND (:label = x'' OR EXISTS (
         SELECT 1 FROM label AS own WHERE own.tenant = h.tenant AND own.label = :label
           AND own.status = h.status AND own.created_at = h.created_at AND own.run = h.no))
     ${inOrder}`,
  );

  return (tenant, { workflow, label, statuses, doing, overdueAt, createdFrom, createdTo }, before, limit) => {
    const wanted = statuses ?? runStatuses;
    const asked = {
      tenant,
      workflow: workflow ?? new Uint8Array(0),
      label: label ?? new Uint8Array(0),
      statuses: wanted.reduce((bits, status) => bits | (1 << statusNumber(status)), 0),
      from: createdFrom ?? 0,
      to: Math.min(createdTo === undefined ? before.createdAt : createdTo - 1, before.createdAt),
      before: before.createdAt,
      no: before.no,
      limit,
    };
    const late = overdueAt === undefined ? [] : overdue.all({ ...asked, overdueAt });
    if (doing === undefined || doing === 0) return late;
    const kinds = [...doings.keys()].filter((kind) => (doing & (1 << kind)) !== 0);
    if (label !== undefined) {
      const newestOnes = kinds.map((kind) => amongNewest.all({ ...asked, kind }));
      const isEnough = kinds.every(
        (kind, index) =>
          (newestOnes[index]?.length ?? 0) >= limit ||
          (count.get({ ...asked, kind }) as number) < candidatesMax,
      );
      if (isEnough) return [...late, ...newestOnes.flat()];
      const found = live
        .filter((status) => wanted.includes(status))
        .flatMap((status) => byLabel.all({ ...asked, doing, status: statusNumber(status) }));
      return [...late, ...found];
    }
    return [...late, ...kinds.flatMap((kind) => byKind.all({ ...asked, kind }))];
  };
}
