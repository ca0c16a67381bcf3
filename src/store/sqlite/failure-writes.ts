// Runs that ended badly, in rows of their own beside their groups, so that groups are told without looking at runs.

import type { Database } from "better-sqlite3";

/** How a run is from now on: null of `failure` for one that goes on, or ended well. */
interface Ended {
  readonly endedAt: number | null;
  readonly failure: Uint8Array | null;
}

/** Nothing for a run that neither was nor is in a group. */
export type ChangeFailure = (no: number, before: Uint8Array | null, after: Ended) => void;

export function prepareFailures(database: Database): ChangeFailure {
  const set = database.prepare("UPDATE head SET failure = ? WHERE no = ?");
  const insert = database.prepare(
    `INSERT INTO failure (tenant, failure, created_at, run, ended_at, version)
     SELECT h.tenant, @failure, h.created_at, h.no, @endedAt, r.version
     FROM head AS h JOIN run AS r ON r.no = h.no WHERE h.no = @no`,
  );
  const count = database.prepare(
    `INSERT INTO failure_group (tenant, failure, workflow, runs, last_at)
     SELECT tenant, @failure, workflow, 1, @endedAt FROM head WHERE no = @no
     ON CONFLICT (tenant, failure) DO UPDATE SET runs = runs + 1, last_at = max(last_at, excluded.last_at)`,
  );
  const remove = database.prepare(
    `DELETE FROM failure WHERE (tenant, failure, created_at, run) =
       (SELECT tenant, @before, created_at, no FROM head WHERE no = @no)`,
  );
  const group = "tenant = (SELECT tenant FROM head WHERE no = @no) AND failure = @before";
  const discount = database.prepare(
    `UPDATE failure_group SET runs = runs - 1, last_at = coalesce((SELECT max(ended_at) FROM failure AS f
       WHERE f.tenant = failure_group.tenant AND f.failure = failure_group.failure), 0) WHERE ${group}`,
  );
  const removeGroup = database.prepare(`DELETE FROM failure_group WHERE ${group} AND runs = 0`);

  return (no, before, { endedAt, failure }) => {
    if (before === null && failure === null) return;
    if (before !== null) {
      for (const statement of [remove, discount, removeGroup]) statement.run({ no, before });
    }
    set.run(failure, no);
    if (failure !== null) for (const statement of [insert, count]) statement.run({ no, failure, endedAt });
  };
}
