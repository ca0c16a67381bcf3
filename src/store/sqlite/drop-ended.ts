// Forgets runs that have been kept long enough.

import type { Database } from "better-sqlite3";
import type { Fence } from "../../ports/store.ts";
import { prepareFailures } from "./failure-writes.ts";
import { prepareForgottenRoots } from "./forgotten-roots.ts";
import type { Heads } from "./heads.ts";
import { prepareLeavingRuns } from "./leaving-runs.ts";
import { prepareLeaving } from "./leaving-tenants.ts";
import { type Listed, prepareListed } from "./listed-writes.ts";
import { prepareOutcomes } from "./outcome-writes.ts";
import { runIdOf } from "./run-id-bytes.ts";
import { workMax } from "./within-work.ts";

/** In batches, about: a run itself with its rows in lists, a child that is let go of. */
const [runWork, childWork] = [20, 10];
/** Children let go of at once: half of what may be done. */
const childrenMax = workMax / childWork / 2;
/** For what is left of runs and tenants that are gone. */
const leavingMax = workMax / 2;

interface OverRun extends Listed {
  readonly tenantId: string;
  readonly id: Uint8Array;
}

export function prepareDropEnded(
  database: Database,
  heads: Heads,
): (fence: Fence, now: number, limit: number) => number {
  const isLive = database.prepare<[number]>("SELECT 1 FROM lease WHERE fence = ? AND ended = 0").pluck();
  const over = database.prepare<[number, number], OverRun>(
    `SELECT h.no, h.tenant, t.id AS tenantId, r.id, h.status, h.created_at AS createdAt, h.workflow,
       h.labels, h.doing, h.failure
     FROM head AS h INDEXED BY head_over
       CROSS JOIN run AS r ON r.no = h.no CROSS JOIN tenant AS t ON t.no = h.tenant
     WHERE h.ended_at IS NOT NULL AND h.ended_at + h.retention <= ? AND h.due_at IS NULL AND h.owner = 0
       AND h.stays = 0 AND NOT EXISTS (SELECT 1 FROM kept_run WHERE kept = h.no)
       AND NOT EXISTS (SELECT 1 FROM run AS top WHERE top.tenant = h.tenant AND top.id = r.root)
     ORDER BY h.ended_at + h.retention LIMIT ?`,
  );
  const [changeFailure, outcomes] = [prepareFailures(database), prepareOutcomes(database)];
  const changeListed = prepareListed(database);
  const roots = prepareForgottenRoots(database);
  const [leavingRuns, leavingTenants] = [prepareLeavingRuns(database), prepareLeaving(database)];

  /** Gives what that took. */
  function drop(row: OverRun): number {
    changeFailure(row.no, row.failure, { endedAt: null, failure: null });
    changeListed(row, null);
    const work = leavingRuns.drop(row.no, workMax);
    heads.forget(row.tenantId, runIdOf(row.id));
    // What is left of it is for the next write.
    return work + runWork;
  }

  return (fence, now, limit) => {
    if (isLive.get(fence) === undefined) return 0;
    outcomes.drop(now);
    let removed = 0;
    for (const some of [leavingTenants.close, leavingRuns.remove, leavingTenants.remove]) {
      if (removed < leavingMax) removed += some(leavingMax - removed);
    }
    for (let [work, dropped] = [removed, 0]; ; ) {
      const released = roots.release(childrenMax);
      work += released * childWork;
      const rows = over.all(now, limit - dropped);
      for (const row of rows) {
        work += drop(row);
        dropped++;
        if (work >= workMax) return limit;
      }
      if (dropped === limit || work >= workMax) return limit;
      if (rows.length === 0 && released === 0) return removed < leavingMax ? dropped : limit;
    }
  };
}
