// How the runs of one workflow ended lately, and how many go on: by counts and a few rows.

import type { Database } from "better-sqlite3";
import {
  activeCounted,
  outcomeHourMs,
  type RecentRun,
  type WorkflowStats,
} from "../../ports/overview-store.ts";
import { isTerminal, runStatuses, type TerminalStatus } from "../../run/status.ts";
import { statusNumber } from "./rows.ts";
import { runIdOf } from "./run-id-bytes.ts";

interface SqlOutcome {
  readonly hour: number;
  readonly status: number;
  readonly runs: number;
}

interface SqlRecent {
  readonly no: number;
  readonly id: Uint8Array;
  readonly createdAt: number;
  readonly endedAt: number;
}

const terminal: readonly TerminalStatus[] = runStatuses.filter(isTerminal);
const going = runStatuses.filter((status) => !isTerminal(status));

/** @param no of the tenant */
export type ReadStats = (no: number, workflow: Uint8Array, sinceMs: number, recent: number) => WorkflowStats;

export function prepareReadStats(database: Database): ReadStats {
  const outcomes = database.prepare<object, SqlOutcome>(
    `SELECT hour, status, runs FROM outcome
     WHERE tenant = @no AND workflow = @workflow AND hour >= @hour AND runs > 0 ORDER BY hour, status`,
  );
  const newest = database.prepare<object, SqlRecent>(
    `SELECT h.no, r.id, h.created_at AS createdAt, h.ended_at AS endedAt
     FROM head AS h INDEXED BY head_workflow CROSS JOIN run AS r ON r.no = h.no
     WHERE h.tenant = @no AND h.workflow = @workflow AND h.status = @status AND h.ended_at IS NOT NULL
     ORDER BY h.created_at DESC, h.no DESC LIMIT @recent`,
  );
  const active = database
    .prepare<object, number>(
      `SELECT count(*) FROM (SELECT 1 FROM head INDEXED BY head_workflow
       WHERE tenant = @no AND workflow = @workflow AND status IN (${going.map(statusNumber).join(", ")})
       LIMIT ${activeCounted})`,
    )
    .pluck();

  return (no, workflow, sinceMs, recent) => {
    const asked = { no, workflow };
    const hour = Math.floor(sinceMs / outcomeHourMs);
    const rows = terminal.flatMap((status) =>
      newest.all({ ...asked, status: statusNumber(status), recent }).map((row) => ({ ...row, status })),
    );
    rows.sort((a, b) => b.createdAt - a.createdAt || b.no - a.no);
    return {
      outcomes: outcomes.all({ ...asked, hour }).map((row) => ({
        at: row.hour * outcomeHourMs,
        status: runStatuses[row.status] as TerminalStatus,
        runs: row.runs,
      })),
      recent: rows.slice(0, recent).map(
        ({ id, status, createdAt, endedAt }): RecentRun => ({
          run: runIdOf(id),
          status,
          createdAt,
          endedAt,
        }),
      ),
      active: active.get(asked) as number,
    };
  };
}
