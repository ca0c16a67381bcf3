// Ended runs, counted by workflow, hour and outcome, so that nobody counts rows of runs.

import type { Database } from "better-sqlite3";
import { outcomeHourMs, outcomesKeptMs } from "../../ports/overview-store.ts";

/** Rows forgotten in one write: some milliseconds. */
const dropMax = 2_000;

interface Ended {
  readonly endedAt: number | null;
  readonly status: number;
}

export interface OutcomeWrites {
  /** Of a run that ends, or goes on after its end; nothing for any other. */
  change(no: number, before: Ended | null, after: Ended): void;
  /** Forgets of the hours that are not told any more, some at a time. */
  drop(now: number): void;
}

export function prepareOutcomes(database: Database): OutcomeWrites {
  const add = database.prepare(
    `INSERT INTO outcome (tenant, workflow, hour, status, runs)
     SELECT tenant, workflow, @hour, @status, 1 FROM head WHERE no = @no
     ON CONFLICT (tenant, workflow, hour, status) DO UPDATE SET runs = runs + 1`,
  );
  const take = database.prepare(
    `UPDATE outcome SET runs = runs - 1 WHERE runs > 0 AND hour = @hour AND status = @status
       AND (tenant, workflow) = (SELECT tenant, workflow FROM head WHERE no = @no)`,
  );
  const drop = database.prepare(
    `DELETE FROM outcome WHERE (tenant, workflow, hour, status) IN
       (SELECT tenant, workflow, hour, status FROM outcome INDEXED BY outcome_hour WHERE hour < ? LIMIT ${dropMax})`,
  );
  const hourOf = (at: number) => Math.floor(at / outcomeHourMs);

  return {
    change(no, before, { endedAt, status }) {
      const wasEndedAt = before?.endedAt ?? null;
      if (wasEndedAt === endedAt) return;
      if (wasEndedAt !== null) take.run({ no, hour: hourOf(wasEndedAt), status: before?.status });
      if (endedAt !== null) add.run({ no, hour: hourOf(endedAt), status });
    },
    drop(now) {
      drop.run(hourOf(now - outcomesKeptMs));
    },
  };
}
