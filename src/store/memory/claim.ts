// Takes runs that no living lease holds.

import type { Fence, RunName, RunRow } from "../../ports/store.ts";
import type { RunId, TenantId } from "../../value/id.ts";
import { endExpired, isLive } from "./leases.ts";
import type { MemoryTables } from "./memory-tables.ts";
import { type RunRecord, rowOf } from "./run-record.ts";

export function claim(
  tables: MemoryTables,
  fence: Fence,
  now: number,
  limit: number,
  open: readonly TenantId[],
): readonly RunRow[] {
  if (!isLive(tables, fence)) return [];
  endExpired(tables, now, fence);
  const free = [...tables.open]
    .map((key) => tables.runs.get(key) as RunRecord)
    .filter(
      (record) =>
        canOpen(record, open) && !isLive(tables, record.owner) && (record.poked || isDue(record, now)),
    )
    .sort((a, b) => (a.head.dueAt ?? 0) - (b.head.dueAt ?? 0) || (a.run < b.run ? -1 : 1));
  return free.slice(0, limit).map((record) => take(tables, record, fence));
}

export function claimRun(
  tables: MemoryTables,
  fence: Fence,
  now: number,
  name: { readonly tenant: TenantId; readonly run: RunId; readonly ended: boolean },
): RunRow | null | false {
  const record = tables.runs.get(`${name.tenant}/${name.run}`);
  if (record === undefined) return null;
  if (record.head.endedAt !== null && record.owner === 0 && !name.ended) return rowOf(record);
  if (!isLive(tables, fence)) return false;
  endExpired(tables, now, fence);
  if (record.owner !== fence && isLive(tables, record.owner)) return false;
  return take(tables, record, fence);
}

export function pokedOf(tables: MemoryTables, fence: Fence): readonly RunName[] {
  return [...tables.open]
    .map((key) => tables.runs.get(key) as RunRecord)
    .filter(({ owner, poked }) => owner === fence && poked)
    .map(({ tenant, run }) => ({ tenant, run }));
}

export function nextDueAt(tables: MemoryTables, open: readonly TenantId[]): number | null {
  let next: number | null = null;
  for (const key of tables.open) {
    const record = tables.runs.get(key) as RunRecord;
    const { owner, head, poked } = record;
    if (!canOpen(record, open)) continue;
    if (owner <= 0 && poked) return 0;
    if (owner <= 0 && head.dueAt !== null && (next === null || head.dueAt < next)) next = head.dueAt;
  }
  return next;
}

/** The row as it was before. */
function take(tables: MemoryTables, record: RunRecord, fence: Fence): RunRow {
  const key = `${record.tenant}/${record.run}`;
  // Should this node die before it has looked, the run is still due.
  const head = record.poked ? { ...record.head, dueAt: 0 } : record.head;
  tables.runs.set(key, { ...record, head, owner: fence, poked: false });
  tables.open.add(key);
  return rowOf(record);
}

function canOpen({ birth, tenant }: RunRecord, open: readonly TenantId[]): boolean {
  return !birth.attended || open.includes(tenant);
}

function isDue({ head }: RunRecord, now: number): boolean {
  return head.dueAt !== null && head.dueAt <= now;
}
