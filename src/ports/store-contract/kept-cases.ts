// The store's contract: ended runs at the top that active ones keep, because they took over children of theirs.

import type { KeptRun } from "../live-records.ts";
import type { DefinitionRow, Store } from "../store.ts";
import { expectEqual, expectResults, expectRow } from "./expect.ts";
import {
  bytesOf,
  endedAs,
  epoch,
  firstUnit,
  hashOf,
  leaseAt,
  nextUnit,
  parked,
  runOf,
  type SampleUnit,
  sampleEpoch,
  takeEnded,
  tenantOf,
  wrapOf,
} from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const [tenant, other] = [tenantOf(1), tenantOf(2)];
const live = wrapOf(7);
const again = wrapOf(8);
/** The sample's runs are of the workflow of hash 0, version 1. */
const own = hashOf(0);
const childName = hashOf(40);
/** Ended runs of the sample are forgotten after a second. */
const overAt = epoch + 1_005;

export const keptCases: readonly StoreCase[] = [
  { name: "a run that is kept is live until the last that keeps it has ended", run: keepsUntilLast },
  { name: "a run that is kept is not forgotten", run: isNotForgotten },
  { name: "a run that is kept stays live when it is gone on with and ends again", run: outlivesItsEnd },
  { name: "a run that goes on keeps again what it kept", run: keepsAgain },
  {
    name: "a run is kept as it was seen, with all of its tree, or the append is refused",
    run: refusesOthers,
  },
  { name: "a run that is gone on with needs the versions of its children", run: reopensWithTree },
  { name: "what is not there is not kept, and another tenant's is not touched", run: passesOver },
  { name: "a run that is kept live gets no fresh key", run: hasNoFreshKey },
  { name: "the tree of a run names what it and its children are runs of, each once", run: listsTree },
];

function definition(changes: Partial<DefinitionRow> = {}): DefinitionRow {
  const [content, key, sealed] = [hashOf(1), bytesOf(1, 60), bytesOf(2, 300)];
  return {
    tenant,
    name: own,
    version: 1,
    content,
    key,
    live,
    sealed,
    createdAt: epoch,
    names: [],
    ...changes,
  };
}

async function open(store: Store, name = own, version = 1): Promise<void> {
  await store.keepLive(tenant, { definitions: [{ name, version, key: bytesOf(1, 60), live }], secrets: [] });
}

async function openHighest(store: Store): Promise<void> {
  await open(store, childName, 2);
  await open(store);
}

/** Run 1 has ended, and so has its child 2, of version 1 of another workflow, which has a version 2. */
async function begin(store: Store): Promise<number> {
  const fence = await store.openLease(leaseAt(epoch));
  await store.putDefinition(definition({ names: [childName] }));
  await store.putDefinition(definition({ name: childName }));
  await store.putDefinition(definition({ name: childName, version: 2, content: hashOf(2) }));
  await openHighest(store);
  await open(store, childName);
  const child = { root: runOf(1), workflow: childName };
  await store.append([
    firstUnit(fence, 1, { birth: { live }, head: endedAs("completed") }),
    firstUnit(fence, 2, { birth: child, head: endedAs("completed") }),
  ]);
  return fence;
}

function kept(changes: Partial<KeptRun> = {}): readonly KeptRun[] {
  return [{ run: runOf(1), key: bytesOf(1, 60), live: again, ...changes }];
}

function keeper(fence: number, number: number, keeps = kept()): SampleUnit {
  return firstUnit(fence, number, { birth: { live }, extra: { keeps } });
}

async function liveOf(store: Store, number: number): Promise<Uint8Array | null | undefined> {
  return (await store.readRun(tenant, runOf(number)))?.live;
}

async function keepsUntilLast(store: Store): Promise<void> {
  const fence = await begin(store);
  const [first, second] = [keeper(fence, 3), keeper(fence, 4)];
  expectResults(await store.append([first, second]), ["appended", "appended"], "kept twice");
  expectEqual(await liveOf(store, 1), again, "live again");
  expectEqual((await store.readRun(tenant, runOf(1)))?.status, "completed", "and ended as before");
  const waits = nextUnit(first, { head: parked });
  await store.append([waits]);
  expectEqual(await liveOf(store, 1), again, "while it waits");
  await store.append([nextUnit(waits, { head: endedAs("failed") })]);
  expectEqual(await liveOf(store, 1), again, "the other goes on");
  await store.append([nextUnit(second, { head: endedAs("completed") })]);
  expectEqual(await liveOf(store, 1), null, "closed with the last");
  await store.append([
    firstUnit(fence, 5, { birth: { live }, extra: { keeps: kept() }, head: endedAs("failed") }),
  ]);
  expectEqual(await liveOf(store, 1), null, "one that ends at once keeps nothing");
}

async function isNotForgotten(store: Store): Promise<void> {
  const fence = await begin(store);
  const attended = firstUnit(fence, 3, {
    birth: { attended: true },
    extra: { keeps: kept({ live: null }) },
  });
  await store.append([attended]);
  expectEqual(await liveOf(store, 1), null, "nothing is opened for what is attended");
  expectEqual(await store.dropEnded(fence, overAt + 100_000, 10), 0, "kept, and its child with it");
  await store.append([
    nextUnit(attended, { head: { ...endedAs("completed"), endedAt: overAt + 90_000_000 } }),
  ]);
  expectEqual(await store.dropEnded(fence, overAt, 10), 2, "forgotten, and its child with it");
  expectEqual(await store.readRun(tenant, runOf(1)), null, "the run at the top");
}

async function outlivesItsEnd(store: Store): Promise<void> {
  const fence = await begin(store);
  const rerun = keeper(fence, 3);
  await store.append([rerun]);
  const undoes = nextUnit(firstUnit(fence, 1), {
    head: { endedAt: null, held: true },
    extra: { live: wrapOf(9) },
  });
  await takeEnded(store, undoes);
  expectResults(await store.append([undoes]), ["appended"], "it is gone on with");
  expectEqual(await liveOf(store, 1), wrapOf(9), "live");
  const ends = nextUnit(undoes, { head: endedAs("failed") });
  await store.append([ends]);
  expectEqual(await liveOf(store, 1), wrapOf(9), "still kept");
  const more = nextUnit(ends, { head: { endedAt: null, held: true }, extra: { live: wrapOf(6) } });
  await takeEnded(store, more);
  await store.append([more, nextUnit(rerun, { head: endedAs("failed") })]);
  expectEqual(await liveOf(store, 1), wrapOf(6), "it is active itself");
  await store.append([nextUnit(more, { head: endedAs("failed") })]);
  expectEqual(await liveOf(store, 1), null, "nobody needs it");
}

async function keepsAgain(store: Store): Promise<void> {
  const fence = await begin(store);
  const ended = nextUnit(keeper(fence, 3), { head: endedAs("failed") });
  await store.append([keeper(fence, 3), ended]);
  expectEqual(await liveOf(store, 1), null, "ended");
  const extra = { live, keeps: kept() };
  const undoes = nextUnit(ended, { head: { endedAt: null, held: true }, extra });
  await takeEnded(store, ended);
  expectResults(await store.append([undoes]), ["appended"], "it is gone on with");
  expectEqual(await liveOf(store, 1), again, "live again");
  expectEqual(await store.dropLive(), 0, "what kept runs may need stays");
  await store.append([nextUnit(undoes, { head: endedAs("failed") })]);
  expectEqual(await liveOf(store, 1), null, "and closed again");
}

async function refusesOthers(store: Store): Promise<void> {
  const fence = await begin(store);
  const replaced = keeper(fence, 3, kept({ key: bytesOf(9, 60) }));
  const early = keeper(fence, 3, kept({ live: wrapOf(8, sampleEpoch - 1) }));
  expectResults(await store.append([replaced, early]), ["not_live", "stale_epoch"], "another key or epoch");
  await store.dropLive();
  await openHighest(store);
  expectResults(await store.append([keeper(fence, 3)]), ["not_live"], "what its child is a run of is closed");
  expectEqual(await store.readRun(tenant, runOf(3)), null, "nothing was changed");
  expectEqual(await liveOf(store, 1), null, "nor opened");
  await open(store, childName);
  expectResults(await store.append([keeper(fence, 3)]), ["appended"], "all is open");
}

async function reopensWithTree(store: Store): Promise<void> {
  const fence = await begin(store);
  await store.dropLive();
  await openHighest(store);
  const first = firstUnit(fence, 1);
  const undoes = nextUnit(first, { head: { endedAt: null, held: true }, extra: { live: again } });
  await takeEnded(store, first);
  expectResults(await store.append([undoes]), ["not_live"], "what its child is a run of is closed");
  await open(store, childName);
  expectResults(await store.append([undoes]), ["appended"], "all is open");
}

async function passesOver(store: Store): Promise<void> {
  const fence = await begin(store);
  const same = firstUnit(fence, 1, { tenant: other, head: endedAs("completed") });
  await store.append([same]);
  const unit = keeper(fence, 3, [...kept(), ...kept({ run: runOf(77) })]);
  expectResults(await store.append([unit]), ["appended"], "one is not there");
  expectEqual((await expectRow(store, same, "another tenant's")).live, null, "untouched");
  expectEqual(await store.dropEnded(fence, overAt, 10), 1, "and not kept");
}

async function hasNoFreshKey(store: Store): Promise<void> {
  const fence = await begin(store);
  const quiet = async () =>
    (await store.keys.list(tenant, null, 50, true)).rows.find(({ row }) => row === runOf(1))?.whole?.quiet;
  expectEqual(await quiet(), true, "ended");
  await store.append([keeper(fence, 3)]);
  expectEqual(await quiet(), false, "kept: its children open under its key");
}

async function listsTree(store: Store): Promise<void> {
  const fence = await begin(store);
  const child = { root: runOf(1), workflow: childName };
  await store.append([
    firstUnit(fence, 3, { birth: child }),
    firstUnit(fence, 4, { birth: { ...child, version: 2 } }),
    firstUnit(fence, 5, { birth: { version: 3 } }),
    firstUnit(fence, 6, { tenant: other, birth: { ...child, version: 4 } }),
  ]);
  const tree = await store.listTree(tenant, runOf(1));
  const names = tree.map(({ name, version }) => `${name.join(".")}/${version}`).sort();
  const expected = [`${own.join(".")}/1`, ...[1, 2].map((version) => `${childName.join(".")}/${version}`)];
  expectEqual(names, expected.sort(), "of the root and its children");
  expectEqual(await store.listTree(tenant, runOf(9)), [], "of none");
}
