// Places among the runs of one key, and the line of those who wait for one.

import type { Database } from "better-sqlite3";
import type { SlotChange } from "../../ports/slot-change.ts";
import type { Pokes } from "./poke-writes.ts";

export interface SlotWrites {
  /** Whether a place is wanted that is not free. `run` is 0 for one that is not there yet. */
  refuses(tenant: number, run: number, slot: SlotChange | null): boolean;
  /** What is refused is not to be asked. */
  change(tenant: number, run: number, slot: SlotChange): void;
}

interface Entry {
  readonly no: number;
  readonly holds: number;
}

const line = "slot AS s WHERE s.tenant = ? AND s.key = ? AND s.holds = 0";
const unattendedLine = `slot AS s CROSS JOIN head AS h ON h.no = s.run
  WHERE s.tenant = ? AND s.key = ? AND s.holds = 0 AND h.attended = 0`;

export function prepareSlots(database: Database, pokes: Pokes): SlotWrites {
  type Key = [number, Uint8Array];
  const entryOf = database.prepare<[...Key, number], Entry>(
    "SELECT no, holds FROM slot WHERE tenant = ? AND key = ? AND run = ?",
  );
  // At most `limit` are counted: a line may be long.
  const countHolders = database
    .prepare<[...Key, number], number>(
      "SELECT count(*) FROM (SELECT 1 FROM slot WHERE tenant = ? AND key = ? AND holds = 1 LIMIT ?)",
    )
    .pluck();
  const countBefore = (from: string) =>
    database
      .prepare<[...Key, number, number], number>(
        `SELECT count(*) FROM (SELECT 1 FROM ${from} AND s.no < ? LIMIT ?)`,
      )
      .pluck();
  const countAllBefore = countBefore(line);
  const countUnattendedBefore = countBefore(unattendedLine);
  const first = (from: string) =>
    database.prepare<[...Key, number], number>(`SELECT s.run FROM ${from} ORDER BY s.no LIMIT ?`).pluck();
  const firstOfAll = first(line);
  const firstUnattended = first(unattendedLine);
  const insert = database.prepare("INSERT INTO slot (tenant, key, run, holds) VALUES (?, ?, ?, ?)");
  const hold = database.prepare("UPDATE slot SET holds = 1 WHERE no = ?");
  const remove = database.prepare("DELETE FROM slot WHERE tenant = ? AND key = ? AND run = ?");

  function mayTake(tenant: number, run: number, { key, limit, passesAttended }: SlotChange): boolean {
    const entry = entryOf.get(tenant, key, run);
    if (entry?.holds === 1) return true;
    const holders = countHolders.get(tenant, key, limit) as number;
    const count = passesAttended ? countUnattendedBefore : countAllBefore;
    const before = count.get(tenant, key, entry?.no ?? Number.MAX_SAFE_INTEGER, limit) as number;
    return holders + before < limit;
  }

  function pokeNext(tenant: number, { key, limit, passesAttended }: SlotChange): void {
    const free = limit - (countHolders.get(tenant, key, limit) as number);
    const next = firstOfAll.all(tenant, key, free);
    const others = passesAttended ? firstUnattended.all(tenant, key, free) : [];
    for (const run of new Set([...next, ...others])) pokes.no(run);
  }

  function release(tenant: number, run: number, slot: SlotChange): void {
    remove.run(tenant, slot.key, run);
    pokeNext(tenant, slot);
  }

  function enter(tenant: number, run: number, slot: SlotChange): void {
    const { key, action } = slot;
    const entry = entryOf.get(tenant, key, run);
    if (entry === undefined) insert.run(tenant, key, run, action === "take" ? 1 : 0);
    else if (action === "take") hold.run(entry.no);
    if (action !== "queue" || entry?.holds === 1) return;
    // Who waited already may have been refused before those in front of it could not be opened any more.
    if (slot.passesAttended) pokeNext(tenant, slot);
    else if (mayTake(tenant, run, slot)) pokes.no(run);
  }

  return {
    refuses: (tenant, run, slot) =>
      (slot?.action === "take" || slot?.action === "pass") && !mayTake(tenant, run, slot),
    change: (tenant, run, slot) =>
      (slot.action === "release" || slot.action === "pass" ? release : enter)(tenant, run, slot),
  };
}
