// Places of runs by status and workflow.

import type { Database, Statement } from "better-sqlite3";
import { runStatuses } from "../../run/status.ts";
import type { Place, PlacesOf } from "./place-of-run.ts";
import { statusNumber } from "./rows.ts";

type Bound = number | Uint8Array;

/** Indexes end in status and time of creation, so each status gives its own sorted list. */
export function preparePlacesByStatus(database: Database): PlacesOf {
  const byStatus = prepare(database, "head_status", "");
  const byWorkflow = prepare(database, "head_workflow", "AND workflow = ?");

  return (tenant, filter, before, limit) => {
    const { workflow, createdFrom, createdTo } = filter;
    const statement = workflow === undefined ? byStatus : byWorkflow;
    const keys = workflow === undefined ? [] : [workflow];
    const from = createdFrom ?? 0;
    const to = Math.min(createdTo === undefined ? before.createdAt : createdTo - 1, before.createdAt);
    return [...new Set(filter.statuses ?? runStatuses)].flatMap((status) =>
      statement.all(tenant, statusNumber(status), ...keys, from, to, before.createdAt, before.no, limit),
    );
  };
}

function prepare(database: Database, index: string, where: string): Statement<Bound[], Place> {
  return database.prepare<Bound[], Place>(
    `SELECT created_at AS createdAt, no FROM head INDEXED BY ${index}
     WHERE tenant = ? AND status = ? ${where} AND created_at >= ? AND created_at <= ?
       AND (created_at < ? OR no < ?)
     ORDER BY created_at DESC, no DESC LIMIT ?`,
  );
}
