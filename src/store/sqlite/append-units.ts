// The hot path: all units of an append in one transaction, each judged alone.

import type { Database } from "better-sqlite3";
import type { AppendResult, UnitExtra } from "../../ports/store.ts";
import { type BirthGuards, prepareBirths } from "./birth-writes.ts";
import { prepareHeadChange } from "./head-writes.ts";
import type { Head, Heads } from "./heads.ts";
import type { PackedUnit } from "./packed-units.ts";
import type { Pokes } from "./poke-writes.ts";
import { prepareSlots } from "./slot-writes.ts";

export type AppendUnits = (units: readonly PackedUnit[]) => readonly AppendResult[];

const appended: AppendResult = { type: "appended" };
const staleSeq: AppendResult = { type: "stale_seq" };
const staleFence: AppendResult = { type: "stale_fence" };
const slotTaken: AppendResult = { type: "slot_taken" };
const notLive: AppendResult = { type: "not_live" };
const staleEpoch: AppendResult = { type: "stale_epoch" };

export function prepareAppend(
  database: Database,
  heads: Heads,
  pokes: Pokes,
  guards: BirthGuards,
): AppendUnits {
  const liveLease = database.prepare<[number]>("SELECT 1 FROM lease WHERE fence = ? AND ended = 0").pluck();
  const insertEvent = database.prepare(
    "INSERT INTO event (run, first_seq, last_seq, summaries, sealed) VALUES (?, ?, ?, ?, ?)",
  );
  const insertChunk = database.prepare("INSERT INTO chunk (run, body, place, sealed) VALUES (?, ?, ?, ?)");
  const slots = prepareSlots(database, pokes);
  const { lives, kept } = guards;
  const births = prepareBirths(database, heads, slots, guards);
  const change = prepareHeadChange(database, pokes, births, kept);

  function write(unit: PackedUnit): Head | AppendResult {
    if (unit.birth !== null) return births.insert(unit, unit.birth);
    const head = heads.find(unit.tenant, unit.run);
    if (head === null || head.lastSeq !== unit.expectedSeq) return staleSeq;
    const addsEvents = unit.lastSeq >= unit.firstSeq;
    if (head.owner !== unit.fence && (head.owner !== 0 || (head.endedAt !== null && addsEvents)))
      return staleSeq;
    const { live = null, keeps = [] } = unit.extra ?? {};
    if (![live, ...keeps.map((one) => one.live)].every(lives.admits)) return staleEpoch;
    if (live !== null && !lives.mayReopen(unit.tenant, head.no)) return notLive;
    if (live !== null && !kept.isTreeLive(unit.tenant, head.no)) return notLive;
    if (!kept.canKeep(unit.tenant, keeps)) return notLive;
    return slots.refuses(head.tenant, head.no, unit.extra?.slot ?? null) ? slotTaken : change(head, unit);
  }

  function writeExtra({ tenant, no, endedAt }: Head, extra: UnitExtra): void {
    const { pokes: poked, topics, slot, live, keeps } = extra;
    if (slot !== null) slots.change(tenant, no, slot);
    if (topics !== null && endedAt === null) pokes.setTopics(tenant, no, topics);
    for (const run of poked) pokes.run(tenant, run);
    if (live !== null && endedAt === null) lives.reopen(no, live);
    if (endedAt === null) kept.keep(tenant, no, keeps);
  }

  function appendUnit(unit: PackedUnit, live: Map<number, boolean>): AppendResult {
    if (!isLive(unit.fence, live)) return staleFence;
    const head = write(unit);
    if ("type" in head) return head;
    if (unit.lastSeq >= unit.firstSeq) {
      insertEvent.run(head.no, unit.firstSeq, unit.lastSeq, unit.summaries, unit.sealed);
    }
    for (const { body, chunk, sealed } of unit.chunks) insertChunk.run(head.no, body, chunk, sealed);
    if (unit.extra !== null) writeExtra(head, unit.extra);
    if (head.owner <= 0) heads.forget(unit.tenant, unit.run);
    else heads.keep(unit.tenant, unit.run, head);
    return appended;
  }

  function isLive(fence: number, live: Map<number, boolean>): boolean {
    const known = live.get(fence) ?? liveLease.get(fence) !== undefined;
    live.set(fence, known);
    return known;
  }

  return (units) => {
    const live = new Map<number, boolean>();
    return units.map((unit) => appendUnit(unit, live));
  };
}
