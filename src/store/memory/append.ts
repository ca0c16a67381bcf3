// Appends units to the memory tables, each judged alone.

import type { AppendResult, AppendUnit } from "../../ports/store.ts";
import { isLive } from "./leases.ts";
import { hex, type MemoryTables } from "./memory-tables.ts";

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
  tables.runs.set(key, {
    tenant,
    run,
    birth,
    head,
    lastSeq: batch.lastSeq,
    owner: head.held ? fence : 0,
    batches: [...(record?.batches ?? []), batch],
  });
  if (head.endedAt === null) tables.open.add(key);
  else tables.open.delete(key);
  return { type: "appended" };
}
