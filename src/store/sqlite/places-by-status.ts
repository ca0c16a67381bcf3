// Places of runs by status, workflow and label.

import type { Database, Statement } from "better-sqlite3";
import { runStatuses } from "../../run/status.ts";
import type { Place, PlacesOf } from "./place-of-run.ts";
import { statusNumber } from "./rows.ts";

type Bound = number | Uint8Array;

/** Indexes end in status and time of creation, so each status gives its own sorted list. */
export function preparePlacesByStatus(database: Database): PlacesOf {
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
    return [...new Set(filter.statuses ?? runStatuses)].flatMap((status) =>
      statement.all(tenant, statusNumber(status), ...keys, from, to, before.createdAt, before.no, limit),
    );
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
