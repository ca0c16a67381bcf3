// Places of the memory store, and the runs that must look at the world again.

import type { SlotChange } from "../../ports/slot-change.ts";
import type { SlotLine } from "../../ports/slot-line.ts";
import type { RunId, TenantId } from "../../value/id.ts";
import { hex } from "../hex.ts";
import type { MemoryTables } from "./memory-tables.ts";

/** The runs of one key in the order in which they came. */
export interface SlotEntry {
  readonly run: RunId;
  readonly holds: boolean;
}

/** The runs whose turn has come with it; null when no place is free: nothing is then changed. */
export function changeSlot(
  tables: MemoryTables,
  tenant: TenantId,
  run: RunId,
  { key, limit, action }: SlotChange,
): readonly RunId[] | null {
  const name = `${tenant}/${hex(key)}`;
  const before = tables.slots.get(name) ?? [];
  if (action === "release") {
    const left = before.filter((entry) => entry.run !== run);
    if (left.length === 0) tables.slots.delete(name);
    else tables.slots.set(name, left);
    return nextOf(left, limit);
  }
  const known = before.some((entry) => entry.run === run);
  const entries = known ? before : [...before, { run, holds: false }];
  const holds = entries.some((entry) => entry.run === run && entry.holds);
  const turn = nextOf(entries, limit).includes(run);
  if (action === "queue") {
    tables.slots.set(name, entries);
    return turn ? [run] : [];
  }
  if (!holds && !turn) return null;
  if (action === "pass") {
    tables.slots.set(name, entries);
    return changeSlot(tables, tenant, run, { key, limit, action: "release" });
  }
  tables.slots.set(
    name,
    entries.map((entry) => (entry.run === run ? { run, holds: true } : entry)),
  );
  return [];
}

/** Those whose turn it is. */
function nextOf(entries: readonly SlotEntry[], limit: number): readonly RunId[] {
  const free = limit - entries.filter((entry) => entry.holds).length;
  const waiting = entries.filter((entry) => !entry.holds).map((entry) => entry.run);
  return waiting.slice(0, Math.max(0, free));
}

export function readSlot(tables: MemoryTables, tenant: TenantId, key: Uint8Array, limit: number): SlotLine {
  const entries = tables.slots.get(`${tenant}/${hex(key)}`) ?? [];
  const those = (holding: boolean) => entries.filter(({ holds }) => holds === holding).map(({ run }) => run);
  const holders = those(true);
  return {
    holders: holders.slice(0, limit),
    waiters: those(false).slice(0, limit),
    held: holders.length,
  };
}

export function poke(tables: MemoryTables, key: string): void {
  const record = tables.runs.get(key);
  if (record !== undefined && record.head.endedAt === null) tables.runs.set(key, { ...record, poked: true });
}
