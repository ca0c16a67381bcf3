// The store's contract: reading a run's events.

import type { AppendUnit, Store } from "../store.ts";
import { expectEqual } from "./expect.ts";
import { batchOf, epoch, firstUnit, leaseAt, nextUnit } from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

export const eventCases: readonly StoreCase[] = [
  { name: "events are read in order, in slices", run: readsSlices },
  { name: "a batch that holds events after the given seq is given whole", run: readsPartialBatches },
  { name: "events of neighbouring runs are kept apart", run: keepsRunsApart },
  { name: "a long log is read by slices to its end", run: readsLongLog },
];

/** Seqs 1–3, 4, 5–9, 10. */
async function log(store: Store): Promise<readonly AppendUnit[]> {
  const fence = await store.openLease(leaseAt(epoch));
  const first = firstUnit(fence, 1, { batch: batchOf(0, 3) });
  const second = nextUnit(first, { batch: batchOf(3, 1) });
  const third = nextUnit(second, { batch: batchOf(4, 5) });
  const units = [first, second, third, nextUnit(third, { batch: batchOf(9, 1) })];
  await store.append(units);
  return units;
}

async function readsSlices(store: Store): Promise<void> {
  const units = await log(store);
  const { tenant, run } = units[0] as AppendUnit;
  const batches = units.map((unit) => unit.batch);
  expectEqual(await store.readEvents(tenant, run, 0, 100), batches, "all");
  expectEqual(await store.readEvents(tenant, run, 0, 2), batches.slice(0, 2), "the first two");
  expectEqual(await store.readEvents(tenant, run, 4, 2), batches.slice(2, 4), "the next two");
  expectEqual(await store.readEvents(tenant, run, 10, 2), [], "after the last");
  expectEqual(await store.readEvents(tenant, run, 5_000, 2), [], "far after the last");
}

async function readsPartialBatches(store: Store): Promise<void> {
  const units = await log(store);
  const { tenant, run } = units[0] as AppendUnit;
  const firstAfter = [0, 0, 0, 1, 2, 2, 2, 2, 2, 3];
  for (const [afterSeq, index] of firstAfter.entries()) {
    const expected = units.slice(index, index + 2).map((unit) => unit.batch);
    expectEqual(await store.readEvents(tenant, run, afterSeq, 2), expected, `after ${afterSeq}`);
  }
}

async function keepsRunsApart(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const firsts = [1, 2, 3].map((number) => firstUnit(fence, number, { batch: batchOf(0, number) }));
  const seconds = firsts.map((unit) => nextUnit(unit));
  await store.append([...firsts, ...seconds]);
  for (const [index, first] of firsts.entries()) {
    const expected = [first.batch, seconds[index]?.batch];
    expectEqual(await store.readEvents(first.tenant, first.run, 0, 10), expected, `run ${index}`);
  }
}

async function readsLongLog(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const units = [firstUnit(fence, 1)];
  while (units.length < 2_000) {
    const last = units.at(-1) as (typeof units)[number];
    units.push(nextUnit(last, { batch: batchOf(last.batch.lastSeq, 1 + (units.length % 3)) }));
  }
  await store.append(units);
  const { tenant, run } = units[0] as AppendUnit;
  let seq = 0;
  let count = 0;
  for (;;) {
    const batches = await store.readEvents(tenant, run, seq, 64);
    for (const batch of batches) {
      expectEqual(batch, units[count]?.batch, `batch ${count}`);
      seq = batch.lastSeq;
      count++;
    }
    if (batches.length < 64) break;
  }
  expectEqual(count, units.length, "batches");
}
