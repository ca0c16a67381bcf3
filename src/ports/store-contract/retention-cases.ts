// The store's contract: runs are forgotten when they have been kept long enough after their end.

import type { Store } from "../store.ts";
import { expectEqual, expectResults } from "./expect.ts";
import { endedAs, epoch, firstUnit, hashOf, leaseAt, nextUnit, parked, runOf, tenantOf } from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const [tenant, other] = [tenantOf(1), tenantOf(2)];
/** Those of the sample end at `epoch + 5` and are kept for a second. */
const overAt = epoch + 1_005;

export const retentionCases: readonly StoreCase[] = [
  { name: "a run is forgotten when it was kept long enough, and not before", run: forgetsInTime },
  { name: "nothing of it is left: events, labels, start key", run: forgetsAll },
  { name: "the longest over go first, as many as asked", run: forgetsInRounds },
  { name: "what is held, due or has not ended is kept", run: keepsWhatGoesOn },
  { name: "a child is kept for as long as its root", run: keepsChildren },
  {
    name: "a child that was kept long enough is forgotten with its root, another later",
    run: forgetsWithRoot,
  },
  { name: "what is large may take several looks, each of which says so", run: goesOn },
  { name: "a lease that has ended forgets nothing", run: forgetsNothingStale },
];

async function forgetsInTime(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const longer = firstUnit(fence, 2, { head: endedAs("failed"), birth: { retentionMs: 5_000_000_000_000 } });
  await store.append([firstUnit(fence, 1, { head: endedAs("completed") }), longer]);
  expectEqual(await store.dropEnded(fence, overAt - 1, 10), 0, "too early");
  expectEqual(await store.dropEnded(fence, overAt, 10), 1, "in time");
  expectEqual(await store.readRun(tenant, runOf(1)), null, "it is gone");
  expectEqual((await store.readRun(tenant, runOf(2)))?.run, runOf(2), "one that is kept longer");
  expectEqual(await store.dropEnded(fence, overAt + 4_000_000_000_000, 10), 0, "it is kept for decades");
}

async function forgetsAll(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const birth = { startKey: hashOf(7), labels: [hashOf(8), hashOf(9)] };
  const first = firstUnit(fence, 1, { birth });
  const same = firstUnit(fence, 1, { birth, tenant: other, head: endedAs("completed") });
  await store.append([
    first,
    { ...same, birth: { ...same.birth, retentionMs: 10_000 } as typeof same.birth },
  ]);
  await store.append([nextUnit(first, { head: endedAs("completed") })]);
  expectEqual(await store.dropEnded(fence, overAt, 10), 1, "dropped");
  expectEqual(await store.readEvents(tenant, first.run, 0, 10), [], "events");
  expectEqual(await store.readRunByStartKey(tenant, hashOf(7)), null, "start key");
  for (const filter of [
    {},
    { label: hashOf(8) },
    { statuses: ["completed"] },
    { workflow: hashOf(0) },
  ] as const) {
    expectEqual((await store.listRuns(tenant, filter, null, 10)).rows, [], "listed");
    expectEqual((await store.listRuns(other, filter, null, 10)).rows.length, 1, "the other tenant's");
  }
  expectResults(await store.append([firstUnit(fence, 1, { birth })]), ["appended"], "the same again");
  expectEqual((await store.readEvents(tenant, first.run, 0, 10)).length, 1, "its own events only");
}

async function forgetsInRounds(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const units = [3, 1, 2].map((number) =>
    firstUnit(fence, number, { head: endedAs("completed"), birth: { retentionMs: number * 100 } }),
  );
  await store.append(units);
  expectEqual(await store.dropEnded(fence, overAt, 2), 2, "two at first");
  expectEqual(
    (await store.listRuns(tenant, {}, null, 10)).rows.map((row) => row.run),
    [runOf(3)],
    "left",
  );
  expectEqual(await store.dropEnded(fence, overAt, 2), 1, "then the last");
  expectEqual(await store.dropEnded(fence, overAt, 2), 0, "then none");
}

async function keepsWhatGoesOn(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  await store.append([
    firstUnit(fence, 1),
    firstUnit(fence, 2, { head: parked }),
    firstUnit(fence, 3, { head: { ...endedAs("failed"), held: true, dueAt: epoch } }),
    firstUnit(fence, 4, { head: { ...endedAs("failed"), dueAt: epoch + 9 } }),
  ]);
  expectEqual(await store.dropEnded(fence, overAt + 10_000_000, 10), 0, "dropped");
}

async function keepsChildren(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const child = (number: number) =>
    firstUnit(fence, number, { head: endedAs("completed"), birth: { root: runOf(1) } });
  const elsewhere = firstUnit(fence, 4, {
    tenant: other,
    head: endedAs("completed"),
    birth: { root: runOf(1) },
  });
  const root = firstUnit(fence, 1, { head: parked });
  await store.append([root, child(2), child(3), elsewhere]);
  expectEqual(await store.dropEnded(fence, overAt, 10), 1, "the child of nobody in its tenant");
  await store.append([nextUnit(root, { head: endedAs("completed") })]);
  let left = 3;
  while (left > 0) left -= await store.dropEnded(fence, overAt, 10);
  expectEqual((await store.listRuns(tenant, {}, null, 10)).rows, [], "left");
}

async function forgetsWithRoot(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const retentionMs = 9_000;
  const child = (number: number, birth = {}) =>
    firstUnit(fence, number, { head: endedAs("completed"), birth: { root: runOf(1), ...birth } });
  const unended = firstUnit(fence, 4, { birth: { root: runOf(1) } });
  const root = firstUnit(fence, 1, { head: parked, birth: { retentionMs: 5_000 } });
  await store.append([root, child(2), child(3, { retentionMs }), unended]);
  expectEqual(await store.dropEnded(fence, overAt + 50_000, 10), 0, "its root goes on");
  await store.append([nextUnit(root, { head: endedAs("completed") })]);
  expectEqual(await store.dropEnded(fence, overAt, 10), 0, "its root is kept longer");
  expectEqual(await store.dropEnded(fence, overAt + 4_000, 10), 2, "its root and the child");
  expectEqual(await store.dropEnded(fence, overAt + 7_999, 10), 0, "kept for a time of its own");
  expectEqual(await store.dropEnded(fence, overAt + 8_000, 10), 1, "that is over");
  await store.append([nextUnit(unended, { head: endedAs("completed") })]);
  expectEqual(await store.dropEnded(fence, overAt, 10), 1, "one that ended when its root was gone");
  await store.append([child(5)]);
  expectEqual(await store.dropEnded(fence, overAt, 10), 1, "one that began then");
  expectEqual((await store.listRuns(tenant, {}, null, 10)).rows, [], "left");
}

async function goesOn(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const units = [1, 2, 3].map((number) => ({
    ...firstUnit(fence, number, { head: endedAs("completed") }),
    chunks: Array.from({ length: 2_000 }, (_, chunk) => ({ body: 0, chunk, sealed: hashOf(chunk) })),
  }));
  await store.append(units);
  let looks = 1;
  while ((await store.dropEnded(fence, overAt, 10)) === 10) looks++;
  expectEqual(looks <= 4, true, "each forgets one at least");
  expectEqual((await store.listRuns(tenant, {}, null, 10)).rows, [], "left");
  expectEqual(await store.readChunks(tenant, runOf(3), null, 1), [], "pieces of bodies");
}

async function forgetsNothingStale(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  await store.append([firstUnit(fence, 1, { head: endedAs("completed") })]);
  await store.closeLease(fence, []);
  expectEqual(await store.dropEnded(fence, overAt, 10), 0, "dropped");
}
