// Appends units to the memory tables, each judged alone.

import type { AppendResult, AppendUnit, EventBatch } from "../../ports/store.ts";
import { isLive } from "./leases.ts";
import { hex, type MemoryTables } from "./memory-tables.ts";
import type { RunRecord } from "./run-record.ts";

export function append(tables: MemoryTables, units: readonly AppendUnit[]): readonly AppendResult[] {
  return units.map((unit) => appendUnit(tables, unit));
}

function appendUnit(tables: MemoryTables, unit: AppendUnit): AppendResult {
  const { tenant, run, fence, expectedSeq, batch, head } = unit;
  if (!isLive(tables, fence)) return { type: "stale_fence" };
  const key = `${tenant}/${run}`;
  const record = tables.runs.get(key);
  const held = record !== undefined && record.owner !== 0 && record.owner !== fence;
  if ((record?.lastSeq ?? 0) !== expectedSeq || held) return { type: "stale_seq" };
  const birth = record?.birth ?? unit.birth;
  if (birth === null) return { type: "stale_seq" };
  if (record === undefined && birth.startKey !== null) {
    const startKey = `${tenant}/${hex(birth.startKey)}`;
    const started = tables.startKeys.get(startKey);
    if (started !== undefined) return { type: "start_exists", run: started };
    tables.startKeys.set(startKey, run);
  }
  const ended = head.endedAt !== null;
  tables.runs.set(key, {
    tenant,
    run,
    birth,
    // One that has ended is neither due nor held, whatever its head says.
    head: ended ? { ...head, dueAt: null, held: false } : head,
    lastSeq: batch.lastSeq,
    owner: head.held && !ended ? fence : 0,
    batches: extend(record, batch),
    batchCount: (record?.batchCount ?? 0) + 1,
  });
  if (ended) tables.open.delete(key);
  else tables.open.add(key);
  return { type: "appended" };
}

/**
 * A record's list is shared with those before it, each of which sees as many batches as it counts. It is copied only
 * when another copy of the tables went on from the same record.
 */
function extend(record: RunRecord | undefined, batch: EventBatch): EventBatch[] {
  if (record === undefined) return [batch];
  const { batches, batchCount } = record;
  const own = batches.length === batchCount ? batches : batches.slice(0, batchCount);
  own.push(batch);
  return own;
}
