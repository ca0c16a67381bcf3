// Places of the memory store, and the runs that must look at the world again.

import type { SlotChange } from "../../ports/slot-change.ts";
import type { SlotLine } from "../../ports/slot-line.ts";
import type { Fence } from "../../ports/store.ts";
import type { RunId, TenantId } from "../../value/id.ts";
import { hex } from "../hex.ts";
import { isLive } from "./leases.ts";
import type { MemoryTables } from "./memory-tables.ts";

/** Of a line that has become shorter so many are poked: how many may begin, nobody knows who cannot open the run. */
const pokedMax = 100;

/** The runs of one key in the order in which they came. */
export interface SlotEntry {
  readonly run: RunId;
  readonly holds: boolean;
  readonly attended: boolean;
}

/** The runs whose turn has come with it; null when no place is free: nothing is then changed. */
export function changeSlot(
  tables: MemoryTables,
  tenant: TenantId,
  { run, attended }: Pick<SlotEntry, "run" | "attended">,
  slot: SlotChange,
): readonly RunId[] | null {
  const { key, action } = slot;
  const name = `${tenant}/${hex(key)}`;
  const before = tables.slots.get(name) ?? [];
  const inLine = (those: readonly SlotEntry[]) =>
    those.filter((entry) => entry.run === run || !isAside(tables, tenant, entry));
  if (action === "release") {
    const left = before.filter((entry) => entry.run !== run);
    if (left.length === 0) tables.slots.delete(name);
    else tables.slots.set(name, left);
    tables.aside.delete(`${tenant}/${run}`);
    return nextOf(inLine(left), slot);
  }
  const known = before.some((entry) => entry.run === run);
  const entries = known ? before : [...before, { run, holds: false, attended }];
  const holds = entries.some((entry) => entry.run === run && entry.holds);
  const turn = isNext(inLine(entries), run, slot);
  if (action === "queue") {
    tables.slots.set(name, entries);
    if (holds) return [];
    // Who waited already may have been refused before those in front of it could not be opened any more.
    return slot.passesAttended ? nextOf(inLine(entries), slot) : turn ? [run] : [];
  }
  if (!holds && !turn) return null;
  if (action === "pass") {
    tables.slots.set(name, entries);
    return changeSlot(tables, tenant, { run, attended }, { ...slot, action: "release" });
  }
  tables.slots.set(
    name,
    entries.map((entry) => (entry.run === run ? { ...entry, holds: true } : entry)),
  );
  return [];
}

/** The runs whose turn may have come with it. */
export function setAside(tables: MemoryTables, fence: Fence, tenant: TenantId, run: RunId): readonly RunId[] {
  const place = `${tenant}/${run}`;
  const record = tables.runs.get(place);
  if (record === undefined || record.owner !== fence || !isLive(tables, fence)) return [];
  for (const [name, entries] of tables.slots) {
    if (!name.startsWith(`${tenant}/`)) continue;
    if (!entries.some((entry) => entry.run === run && !entry.holds)) continue;
    tables.aside.set(place, fence);
    tables.runs.set(place, { ...record, head: { ...record.head, dueAt: 0 } });
    const line = entries.filter((entry) => !entry.holds && !isAside(tables, tenant, entry));
    return line.slice(0, pokedMax).map((entry) => entry.run);
  }
  return [];
}

function isAside(tables: MemoryTables, tenant: TenantId, { run, holds }: SlotEntry): boolean {
  return !holds && tables.aside.has(`${tenant}/${run}`);
}

/** Whether it is the turn of one that is among the entries. */
function isNext(entries: readonly SlotEntry[], run: RunId, { limit, passesAttended }: SlotChange): boolean {
  const others = entries.filter((entry) => entry.run === run || !(passesAttended && isAttendedWaiter(entry)));
  return firstOf(others, limit).includes(run);
}

/** Those whose turn it is. */
function nextOf(entries: readonly SlotEntry[], { limit, passesAttended }: SlotChange): readonly RunId[] {
  const next = firstOf(entries, limit);
  if (!passesAttended) return next;
  const others = firstOf(
    entries.filter((entry) => !isAttendedWaiter(entry)),
    limit,
  );
  return [...new Set([...next, ...others])];
}

function isAttendedWaiter({ holds, attended }: SlotEntry): boolean {
  return !holds && attended;
}

function firstOf(entries: readonly SlotEntry[], limit: number): readonly RunId[] {
  const free = limit - entries.filter((entry) => entry.holds).length;
  const waiting = entries.filter((entry) => !entry.holds).map((entry) => entry.run);
  return waiting.slice(0, Math.max(0, free));
}

export function readSlot(tables: MemoryTables, tenant: TenantId, key: Uint8Array, limit: number): SlotLine {
  const entries = tables.slots.get(`${tenant}/${hex(key)}`) ?? [];
  const those = (holding: boolean) =>
    entries
      .filter((entry) => entry.holds === holding && !isAside(tables, tenant, entry))
      .map(({ run }) => run);
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
