// The store's contract: appends.

import { assert } from "../../value/assert.ts";
import type { Store } from "../store.ts";
import { expectEqual, expectResults, expectRow } from "./expect.ts";
import {
  batchOf,
  bytesOf,
  endedAs,
  epoch,
  firstUnit,
  hashOf,
  headUnit,
  leaseAt,
  nextUnit,
  parked,
  takeEnded,
  tenantOf,
} from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

export const appendCases: readonly StoreCase[] = [
  { name: "an append can be read: the row and its events", run: appendsAndReads },
  { name: "a row without a card brings the first batch", run: bringsFirstBatch },
  { name: "appends follow each other; birth stays, the head is replaced", run: appendsOnAppends },
  { name: "a run that has ended takes events from its holder alone", run: endedTakesFromHolder },
  { name: "an append on another seq than the last is stale_seq and changes nothing", run: refusesStaleSeq },
  {
    name: "an append to a run that is not there, or that is there already, is stale_seq",
    run: refusesWrongBirth,
  },
  { name: "a stale unit is dropped alone, the others of its batch stand", run: dropsAlone },
  { name: "several units of one run in one batch apply in order", run: appendsTwiceInOneBatch },
  { name: "a start key is taken once", run: takesStartKeyOnce },
  { name: "a start key is taken once within one batch", run: takesStartKeyOnceInBatch },
  { name: "a refused start leaves nothing behind", run: refusedStartLeavesNothing },
  { name: "appends made at once are applied in the order of the calls", run: appendsConcurrently },
  { name: "an empty append is answered", run: appendsNothing },
  { name: "bytes of every value and size come back", run: keepsBytes },
  { name: "10,000 units in one append", run: appendsManyUnits },
  { name: "10,000 events in one unit", run: appendsManyEvents },
];

async function appendsAndReads(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const birth = { version: 3, startKey: hashOf(9), labels: [hashOf(1), hashOf(2)] };
  const unit = firstUnit(fence, 1, { birth, batch: batchOf(0, 4) });
  expectResults(await store.append([unit]), ["appended"], "results");
  const expected = {
    tenant: unit.tenant,
    run: unit.run,
    lastSeq: 4,
    ...unit.head,
    createdAt: epoch,
    key: unit.birth?.key,
    card: unit.birth?.card,
    first: null,
    workflow: hashOf(0),
    version: 3,
    startKey: hashOf(9),
    live: null,
    attended: false,
    root: null,
  };
  expectEqual(await store.readRun(unit.tenant, unit.run), expected, "row");
  expectEqual(await store.readRunByStartKey(unit.tenant, hashOf(9)), expected, "row by start key");
  expectEqual(await store.readEvents(unit.tenant, unit.run, 0, 10), [unit.batch], "events");
  expectEqual(await store.readRunByStartKey(unit.tenant, hashOf(8)), null, "another start key");
  expectEqual(await store.readRun(unit.tenant, firstUnit(fence, 2).run), null, "another run");
  expectEqual(await store.readEvents(unit.tenant, firstUnit(fence, 2).run, 0, 10), [], "its events");
}

async function bringsFirstBatch(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const [none, small] = [new Uint8Array(0), bytesOf(3, 700)];
  const unit = firstUnit(fence, 1, { birth: { card: none }, batch: batchOf(0, 3, small) });
  const carded = firstUnit(fence, 2);
  await store.append([unit, carded, nextUnit(unit, { batch: batchOf(3) })]);
  const row = await store.readRun(unit.tenant, unit.run);
  expectEqual([row?.card, row?.first, row?.lastSeq], [none, small, 4], "without a card");
  expectEqual((await expectRow(store, carded, "the other")).first, null, "with a card");
  const { rows } = await store.listRuns(unit.tenant, {}, null, 10);
  const firstOf = (run: string) => rows.find((listed) => listed.run === run)?.first;
  expectEqual([firstOf(unit.run), firstOf(carded.run)], [small, null], "listed");
}

async function appendsOnAppends(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const first = firstUnit(fence, 1);
  const second = nextUnit(first, { head: { ...parked, dueAt: epoch + 50 }, batch: batchOf(1, 2) });
  const third = nextUnit(second, { head: endedAs("failed") });
  for (const unit of [first, second, third]) {
    expectResults(await store.append([unit]), ["appended"], "results");
    const row = await expectRow(store, unit, `after ${unit.batch.lastSeq}`);
    expectEqual({ ...row, ...unit.head, ...first.birth }, { ...row, ...first.birth }, "head and birth");
  }
  const batches = await store.readEvents(first.tenant, first.run, 0, 10);
  expectEqual(batches, [first.batch, second.batch, third.batch], "events");
}

async function endedTakesFromHolder(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const ended = firstUnit(fence, 1, { head: endedAs("failed") });
  await store.append([ended]);
  const undone = nextUnit(ended, { head: endedAs("failed") });
  expectResults(await store.append([undone]), ["stale_seq"], "nobody holds it");
  await takeEnded(store, ended);
  expectResults(await store.append([headUnit(ended)]), ["appended"], "it is let go");
  expectResults(await store.append([undone]), ["stale_seq"], "nobody holds it any more");
  await takeEnded(store, ended);
  expectResults(await store.append([undone]), ["appended"], "its holder");
}

async function refusesStaleSeq(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const first = firstUnit(fence, 1);
  const second = nextUnit(first);
  await store.append([first, second]);
  const before = await store.readRun(first.tenant, first.run);
  const gap = { ...nextUnit(second), expectedSeq: 3, batch: batchOf(3) };
  for (const stale of [second, nextUnit(first, { head: endedAs("completed") }), gap]) {
    expectResults(await store.append([stale]), ["stale_seq"], `expecting ${stale.expectedSeq}`);
  }
  expectEqual(await store.readRun(first.tenant, first.run), before, "row");
  expectEqual((await store.readEvents(first.tenant, first.run, 0, 10)).length, 2, "batches");
  expectResults(await store.append([nextUnit(second)]), ["appended"], "the right one");
}

async function refusesWrongBirth(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const unit = firstUnit(fence, 1);
  expectResults(await store.append([nextUnit(unit)]), ["stale_seq"], "not there");
  expectResults(await store.append([unit, unit]), ["appended", "stale_seq"], "there already");
  const again = { ...unit, birth: { ...unit.birth, card: bytesOf(7, 7) } } as typeof unit;
  expectResults(await store.append([again]), ["stale_seq"], "there already with another birth");
  expectEqual((await expectRow(store, unit, "row")).card, unit.birth?.card, "card");
}

async function dropsAlone(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const [one, two, three] = [firstUnit(fence, 1), firstUnit(fence, 2), firstUnit(fence, 3)];
  await store.append([one, two]);
  const stale = { ...nextUnit(two), expectedSeq: 7, batch: batchOf(7) };
  const dead = firstUnit(fence + 1000, 4);
  const results = await store.append([nextUnit(one), stale, dead, three]);
  expectResults(results, ["appended", "stale_seq", "stale_fence", "appended"], "results");
  await expectRow(store, nextUnit(one), "the first");
  await expectRow(store, two, "the stale one");
  await expectRow(store, three, "the last");
  expectEqual(await store.readRun(dead.tenant, dead.run), null, "the one without a lease");
}

async function appendsTwiceInOneBatch(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const first = firstUnit(fence, 1);
  const second = nextUnit(first);
  const third = nextUnit(second, { head: endedAs("completed") });
  expectResults(await store.append([first, second, third]), ["appended", "appended", "appended"], "in order");
  await expectRow(store, third, "row");
  const other = firstUnit(fence, 2);
  expectResults(await store.append([nextUnit(other), other]), ["stale_seq", "appended"], "out of order");
  await expectRow(store, other, "the other row");
}

async function takesStartKeyOnce(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const first = firstUnit(fence, 1, { birth: { startKey: hashOf(5) } });
  const second = firstUnit(fence, 2, { birth: { startKey: hashOf(5) } });
  const third = firstUnit(fence, 3, { birth: { startKey: hashOf(6) } });
  await store.append([first]);
  const expected = [{ type: "start_exists", run: first.run }, { type: "appended" }];
  expectEqual(await store.append([second, third]), expected, "results");
  await store.append([nextUnit(first, { head: endedAs("completed") })]);
  expectEqual((await store.append([second]))[0], expected[0], "also when the first has ended");
  expectEqual(await store.readRun(second.tenant, second.run), null, "the second run");
  const found = await store.readRunByStartKey(first.tenant, hashOf(5));
  expectEqual(found?.run, first.run, "found by start key");
}

async function takesStartKeyOnceInBatch(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const [one, two] = [1, 2].map((number) => firstUnit(fence, number, { birth: { startKey: hashOf(5) } }));
  assert(one !== undefined && two !== undefined, "two units");
  const expected = [{ type: "appended" }, { type: "start_exists", run: one.run }, { type: "appended" }];
  expectEqual(await store.append([one, two, nextUnit(one)]), expected, "results");
  const none = [3, 4].map((number) => firstUnit(fence, number));
  expectResults(await store.append(none), ["appended", "appended"], "none has no start key");
}

async function refusedStartLeavesNothing(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const taken = firstUnit(fence, 1, { birth: { startKey: hashOf(5) } });
  const refused = firstUnit(fence, 2, { birth: { startKey: hashOf(5), labels: [hashOf(7)] }, head: parked });
  const lost = firstUnit(fence + 1, 3, { birth: { startKey: hashOf(6), labels: [hashOf(7)] } });
  await store.append([taken, refused, lost]);
  expectEqual((await store.listRuns(taken.tenant, { label: hashOf(7) }, null, 10)).rows, [], "by label");
  expectEqual((await store.listRuns(taken.tenant, {}, null, 10)).rows.length, 1, "all");
  expectEqual(await store.readEvents(refused.tenant, refused.run, 0, 10), [], "events of the refused one");
  expectEqual(
    await store.readRunByStartKey(lost.tenant, hashOf(6)),
    null,
    "start key of the one without a lease",
  );
  const free = firstUnit(fence, 4, { birth: { startKey: hashOf(6) } });
  expectResults(await store.append([free]), ["appended"], "the start key is free");
}

async function appendsConcurrently(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const units = [firstUnit(fence, 1)];
  while (units.length < 200) units.push(nextUnit(units.at(-1) as (typeof units)[number]));
  const results = await Promise.all(units.map((unit) => store.append([unit])));
  for (const [index, result] of results.entries()) expectResults(result, ["appended"], `append ${index}`);
  const batches = await store.readEvents(tenantOf(1), (units[0] as (typeof units)[number]).run, 0, 1000);
  expectEqual(
    batches.map((batch) => batch.firstSeq),
    units.map((_, index) => index + 1),
    "seqs",
  );
}

async function appendsNothing(store: Store): Promise<void> {
  await store.openLease(leaseAt(epoch));
  expectEqual(await store.append([]), [], "results");
}

async function keepsBytes(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  for (const [number, size] of [0, 1, 255, 4096, 70_000, 3_000_000].entries()) {
    const sealed = bytesOf(number, size);
    const birth = {
      key: bytesOf(number + 1, size),
      card: bytesOf(number + 2, size),
      workflow: bytesOf(number, 16),
    };
    // A view into a larger buffer: only what it shows is to be kept.
    const view = new Uint8Array(size + 20).subarray(10, size + 10);
    view.set(sealed);
    const unit = firstUnit(fence, number, { birth, batch: batchOf(0, 1, view) });
    await store.append([unit]);
    const row = await expectRow(store, unit, `${size} bytes`);
    expectEqual({ ...row, ...birth }, row, `${size} bytes`);
    const [batch] = await store.readEvents(unit.tenant, unit.run, 0, 1);
    expectEqual(batch?.sealed, sealed, `${size} sealed bytes`);
  }
}

async function appendsManyUnits(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const units = Array.from({ length: 10_000 }, (_, number) => firstUnit(fence, number));
  const results = await store.append(units);
  assert(results.length === units.length && results.every(({ type }) => type === "appended"), "all stand");
  const mixed = units.map((unit, index) => (index % 2 === 0 ? nextUnit(unit) : unit));
  for (const [index, { type }] of (await store.append(mixed)).entries()) {
    expectEqual(type, index % 2 === 0 ? "appended" : "stale_seq", `unit ${index}`);
  }
  for (const index of [0, 1, 4999, 5000, 9998, 9999]) {
    expectEqual(
      (await store.readRun(tenantOf(1), units[index]?.run as never))?.lastSeq,
      2 - (index % 2),
      `run ${index}`,
    );
  }
}

async function appendsManyEvents(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const unit = firstUnit(fence, 1, { batch: batchOf(0, 10_000, bytesOf(1, 500_000)) });
  expectResults(await store.append([unit]), ["appended"], "results");
  expectEqual(await store.readEvents(unit.tenant, unit.run, 9_999, 5), [unit.batch], "events");
}
