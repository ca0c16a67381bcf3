// Forgets runs that have been kept long enough.

import type { Fence } from "../../ports/store.ts";
import { hex } from "../hex.ts";
import { isKept } from "./kept-runs.ts";
import { isLive } from "./leases.ts";
import type { MemoryTables } from "./memory-tables.ts";
import { dropOutcomes } from "./outcomes.ts";
import type { RunRecord } from "./run-record.ts";

export function dropEnded(tables: MemoryTables, fence: Fence, now: number, limit: number): number {
  if (limit === 0 || !isLive(tables, fence)) return 0;
  dropOutcomes(tables, now);
  const over = [...tables.runs]
    .filter(([, record]) => overAt(record) <= now && !hasRoot(tables, record))
    .filter(([key]) => !isKept(tables, key))
    .sort(([, a], [, b]) => overAt(a) - overAt(b))
    .slice(0, limit);
  for (const [key, { tenant, birth }] of over) {
    tables.runs.delete(key);
    tables.open.delete(key);
    if (birth.startKey !== null) tables.startKeys.delete(`${tenant}/${hex(birth.startKey)}`);
  }
  // A child goes with its root.
  return over.length === 0 ? 0 : over.length + dropEnded(tables, fence, now, limit - over.length);
}

function overAt({ head, owner, birth }: RunRecord): number {
  const isOver = head.endedAt !== null && head.dueAt === null && owner === 0;
  return isOver ? (head.endedAt ?? 0) + birth.retentionMs : Number.POSITIVE_INFINITY;
}

function hasRoot(tables: MemoryTables, { tenant, birth }: RunRecord): boolean {
  return birth.root !== null && tables.runs.has(`${tenant}/${birth.root}`);
}
