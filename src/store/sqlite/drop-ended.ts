// Forgets runs that have been kept long enough.

import type { Database } from "better-sqlite3";
import type { Fence } from "../../ports/store.ts";
import { prepareFailures } from "./failure-writes.ts";
import type { Heads } from "./heads.ts";
import { type Listed, prepareListed } from "./listed-writes.ts";
import { prepareOutcomes } from "./outcome-writes.ts";
import { runIdOf } from "./run-id-bytes.ts";

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
       AND NOT EXISTS (SELECT 1 FROM kept_run WHERE kept = h.no)
       AND NOT EXISTS (SELECT 1 FROM run AS top WHERE top.tenant = h.tenant AND top.id = r.root)
     ORDER BY h.ended_at + h.retention LIMIT ?`,
  );
  const [changeFailure, outcomes] = [prepareFailures(database), prepareOutcomes(database)];
  const changeListed = prepareListed(database);
  const deletes = ["event WHERE run", "chunk WHERE run", "head WHERE no", "run WHERE no"].map((place) =>
    database.prepare<[number]>(`DELETE FROM ${place} = ?`),
  );

  return (fence, now, limit) => {
    if (isLive.get(fence) === undefined) return 0;
    outcomes.drop(now);
    const rows = over.all(now, limit);
    for (const row of rows) {
      changeFailure(row.no, row.failure, { endedAt: null, failure: null });
      changeListed(row, null);
      for (const statement of deletes) statement.run(row.no);
      heads.forget(row.tenantId, runIdOf(row.id));
    }
    return rows.length;
  };
}
