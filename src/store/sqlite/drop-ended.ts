// Forgets runs that have been kept long enough.

import type { Database } from "better-sqlite3";
import type { Fence } from "../../ports/store.ts";
import { unpackList } from "./byte-list.ts";
import { prepareFailures } from "./failure-writes.ts";
import type { Heads } from "./heads.ts";
import { prepareOutcomes } from "./outcome-writes.ts";
import { runIdOf } from "./run-id-bytes.ts";

interface OverRun {
  readonly no: number;
  readonly tenant: number;
  readonly tenantId: string;
  readonly id: Uint8Array;
  readonly status: number;
  readonly createdAt: number;
  readonly labels: Uint8Array | null;
  readonly failure: Uint8Array | null;
}

export function prepareDropEnded(
  database: Database,
  heads: Heads,
): (fence: Fence, now: number, limit: number) => number {
  const isLive = database.prepare<[number]>("SELECT 1 FROM lease WHERE fence = ? AND ended = 0").pluck();
  const over = database.prepare<[number, number], OverRun>(
    `SELECT h.no, h.tenant, t.id AS tenantId, r.id, h.status, h.created_at AS createdAt, h.labels, h.failure
     FROM head AS h INDEXED BY head_over
       CROSS JOIN run AS r ON r.no = h.no CROSS JOIN tenant AS t ON t.no = h.tenant
     WHERE h.ended_at IS NOT NULL AND h.ended_at + h.retention <= ? AND h.due_at IS NULL AND h.owner = 0
       AND NOT EXISTS (SELECT 1 FROM kept_run WHERE kept = h.no)
       AND NOT EXISTS (SELECT 1 FROM run AS top WHERE top.tenant = h.tenant AND top.id = r.root)
     ORDER BY h.ended_at + h.retention LIMIT ?`,
  );
  const [changeFailure, outcomes] = [prepareFailures(database), prepareOutcomes(database)];
  const deleteLabel = database.prepare(
    "DELETE FROM label WHERE tenant = ? AND label = ? AND status = ? AND created_at = ? AND run = ?",
  );
  const deletes = ["event WHERE run", "head WHERE no", "run WHERE no"].map((place) =>
    database.prepare<[number]>(`DELETE FROM ${place} = ?`),
  );

  return (fence, now, limit) => {
    if (isLive.get(fence) === undefined) return 0;
    outcomes.drop(now);
    const rows = over.all(now, limit);
    for (const { no, tenant, tenantId, id, status, createdAt, labels, failure } of rows) {
      changeFailure(no, failure, { endedAt: null, failure: null });
      for (const label of labels === null ? [] : unpackList(labels)) {
        deleteLabel.run(tenant, label, status, createdAt, no);
      }
      for (const statement of deletes) statement.run(no);
      heads.forget(tenantId, runIdOf(id));
    }
    return rows.length;
  };
}
