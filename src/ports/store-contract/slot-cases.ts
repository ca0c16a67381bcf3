// The store's contract: places among the runs of one key.

import type { SlotChange } from "../slot-change.ts";
import type { AppendUnit, Store } from "../store.ts";
import { expectEqual, expectResults } from "./expect.ts";
import {
  endedAs,
  epoch,
  firstUnit,
  hashOf,
  headUnit,
  leaseAt,
  nextUnit,
  parked,
  runOf,
  tenantOf,
} from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const [tenant, other] = [tenantOf(1), tenantOf(2)];
const key = hashOf(1);

export const slotCases: readonly StoreCase[] = [
  { name: "a place is taken while fewer than the limit hold one", run: takesUpToLimit },
  { name: "a refused take changes nothing, and the others of its batch stand", run: refusedTakesNothing },
  { name: "a stale unit takes, queues and releases nothing", run: staleChangesNothing },
  { name: "a run that is there already is stale, whether a place is free or not", run: staleBeforeTaken },
  { name: "a released place goes to who waits longest", run: releasesToFirst },
  { name: "who gives up the wait lets the next one in", run: givesUpWaiting },
  { name: "who queues when a place is free is poked at once", run: queuesForFree },
  { name: "places that are free at once go to as many as wait for them", run: severalAreNext },
  { name: "a run that queues, takes or releases twice does it once", run: changesOnce },
  { name: "who releases and queues again waits at the end", run: queuesAgain },
  { name: "a lower limit lets nobody in until enough have gone", run: lowersLimit },
  { name: "places of other keys and other tenants are apart", run: separatesKeys },
  { name: "a run that ends keeps its place until it releases it", run: keepsAtEnd },
  { name: "who passes needs a free place, and leaves it free", run: passes },
  { name: "attended runs in line are passed over while nobody can open them", run: passesOverAttended },
  { name: "of 200 takes made at once as many stand as there are places", run: takesConcurrently },
];

export const slot = (action: SlotChange["action"], limit = 1, of = key, passesAttended = false) => ({
  extra: { slot: { key: of, limit, action, passesAttended } },
});

/** Runs 1 to `count`, parked. */
async function startRuns(store: Store, count: number): Promise<readonly AppendUnit[]> {
  const fence = await store.openLease(leaseAt(epoch));
  const units = Array.from({ length: count }, (_, index) => firstUnit(fence, index + 1, { head: parked }));
  await store.append(units);
  return units;
}

/** Changes the place of a parked run, without events. */
export async function change(
  store: Store,
  unit: AppendUnit,
  action: SlotChange["action"],
  limit = 1,
): Promise<string> {
  const [result] = await store.append([headUnit(unit, slot(action, limit))]);
  return result?.type ?? "";
}

async function holders(store: Store, of = key): Promise<readonly string[]> {
  return (await store.readSlot(tenant, of, 100)).holders;
}

/** Runs that are poked, in the order of their ids; each is let go again. */
async function poked(store: Store, units: readonly AppendUnit[]): Promise<readonly string[]> {
  const rows = await store.claim(units[0]?.fence ?? 0, epoch, 100);
  const runs = rows.map((row) => row.run).sort();
  await store.append(units.filter((unit) => runs.includes(unit.run)).map((unit) => headUnit(unit)));
  return runs;
}

async function takesUpToLimit(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  expectEqual(await holders(store), [], "nobody");
  const born = [1, 2, 3].map((number) => firstUnit(fence, number, slot("take", 2)));
  expectResults(await store.append(born), ["appended", "appended", "slot_taken"], "with births");
  expectEqual(await holders(store), [runOf(1), runOf(2)], "holders");
  const oldest = { holders: [runOf(1)], waiters: [], held: 2 };
  expectEqual(await store.readSlot(tenant, key, 1), oldest, "the oldest, and how many");
  const later = firstUnit(fence, 3);
  expectResults(await store.append([later]), ["appended"], "a run without a place");
  expectResults(await store.append([nextUnit(later, slot("take", 3))]), ["appended"], "with a higher limit");
  expectEqual(await holders(store), [runOf(1), runOf(2), runOf(3)], "holders then");
}

async function refusedTakesNothing(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const [first, waits] = [firstUnit(fence, 1, slot("take")), firstUnit(fence, 2, { head: parked })];
  await store.append([first, waits]);
  const before = await store.readRun(tenant, waits.run);
  const extra = { topics: [hashOf(5)], pokes: [waits.run], ...slot("take").extra };
  const birth = { startKey: hashOf(8), labels: [hashOf(9)] };
  const results = await store.append([
    firstUnit(fence, 3, { birth, extra }),
    nextUnit(waits, { head: endedAs("failed"), extra }),
    firstUnit(fence, 4),
  ]);
  expectResults(results, ["slot_taken", "slot_taken", "appended"], "results");
  expectEqual(await store.readRun(tenant, runOf(3)), null, "the run that was not born");
  expectEqual(await store.readRunByStartKey(tenant, hashOf(8)), null, "its start key");
  expectEqual((await store.listRuns(tenant, { label: hashOf(9) }, null, 9)).rows, [], "its label");
  expectEqual(await store.readRun(tenant, waits.run), before, "the other run");
  expectEqual((await store.readEvents(tenant, waits.run, 0, 9)).length, 1, "its events");
  expectEqual(await store.nextDueAt(), null, "nobody is poked");
  const row = {
    tenant,
    id: hashOf(1),
    topics: [hashOf(5)],
    receivedAt: epoch,
    key: hashOf(2),
    live: null,
    sealed: hashOf(3),
  };
  await store.putIncoming([row]);
  expectEqual(await store.nextDueAt(), null, "nobody waits for the topic");
  await store.append([nextUnit(first, slot("release"))]);
  expectEqual(await store.nextDueAt(), null, "nobody waits for the place");
  expectResults(await store.append([firstUnit(fence, 5, slot("take"))]), ["appended"], "it is free");
}

async function staleChangesNothing(store: Store): Promise<void> {
  const [one, two] = (await startRuns(store, 2)) as [AppendUnit, AppendUnit];
  await change(store, one, "take");
  for (const action of ["take", "queue", "release"] as const) {
    const results = await store.append([
      { ...headUnit(two, slot(action)), expectedSeq: 7 },
      { ...headUnit(one, slot(action)), fence: one.fence + 1 },
      { ...headUnit(one, slot(action)), tenant: other },
    ]);
    expectResults(results, ["stale_seq", "stale_fence", "stale_seq"], action);
    expectEqual(await holders(store), [one.run], `holders after ${action}`);
  }
  await change(store, one, "release");
  expectEqual(await store.nextDueAt(), null, "nobody had queued");
}

async function staleBeforeTaken(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const born = firstUnit(fence, 1, slot("take"));
  expectResults(await store.append([born, born]), ["appended", "stale_seq"], "the holder again");
  const free = firstUnit(fence, 2);
  await store.append([free]);
  expectResults(await store.append([{ ...born, run: free.run }]), ["stale_seq"], "one that holds none");
  const keyed = firstUnit(fence, 3, { birth: { startKey: hashOf(4) } });
  await store.append([keyed]);
  const again = firstUnit(fence, 4, { birth: { startKey: hashOf(4) }, ...slot("take") });
  expectEqual(await store.append([again]), [{ type: "start_exists", run: keyed.run }], "a start key");
}

async function releasesToFirst(store: Store): Promise<void> {
  const units = await startRuns(store, 4);
  const [one, two, three, four] = units as [AppendUnit, AppendUnit, AppendUnit, AppendUnit];
  expectEqual(await change(store, one, "take"), "appended", "the first takes");
  for (const unit of [three, two]) {
    expectEqual(await change(store, unit, "take"), "slot_taken", "no place");
    expectEqual(await change(store, unit, "queue"), "appended", "queues");
  }
  expectEqual(await store.nextDueAt(), null, "nobody is poked by that");
  expectEqual(await change(store, one, "release"), "appended", "the first releases");
  expectEqual(await holders(store), [], "nobody holds it yet");
  expectEqual(await store.nextDueAt(), 0, "one is poked");
  expectEqual(await change(store, two, "take"), "slot_taken", "the second in line");
  expectEqual(await change(store, four, "take"), "slot_taken", "one who did not queue");
  expectEqual(await poked(store, units), [three.run], "the first in line is poked");
  expectEqual(await change(store, three, "take"), "appended", "and takes it");
  expectEqual(await holders(store), [three.run], "holders");
  await change(store, three, "release");
  expectEqual(await poked(store, units), [two.run], "then the second");
  expectEqual(await change(store, two, "take"), "appended", "who takes it");
}

async function givesUpWaiting(store: Store): Promise<void> {
  const units = await startRuns(store, 3);
  const [one, two, three] = units as [AppendUnit, AppendUnit, AppendUnit];
  await change(store, one, "take");
  for (const unit of [two, three]) await change(store, unit, "queue");
  await change(store, two, "release");
  expectEqual(await poked(store, units), [], "no place is free");
  await change(store, one, "release");
  expectEqual(await poked(store, units), [three.run], "the one who still waits");
  await change(store, two, "queue");
  expectEqual(await change(store, two, "take"), "slot_taken", "it waits behind");
  await change(store, three, "release");
  expectEqual(await poked(store, units), [two.run], "who was next gave up");
}

async function queuesForFree(store: Store): Promise<void> {
  const units = await startRuns(store, 3);
  const [one, two, three] = units as [AppendUnit, AppendUnit, AppendUnit];
  await change(store, one, "take");
  expectEqual(await change(store, two, "take"), "slot_taken", "no place");
  // Nobody waits yet: the release pokes nobody.
  await change(store, one, "release");
  expectEqual(await change(store, two, "queue"), "appended", "queues");
  expectEqual(await poked(store, units), [two.run], "it is its turn");
  await change(store, three, "queue");
  expectEqual(await poked(store, units), [], "it is not the turn of the one behind");
  const born = firstUnit(one.fence, 9, { head: parked, ...slot("queue", 1, hashOf(7)) });
  expectResults(await store.append([born]), ["appended"], "queues at its birth");
  expectEqual(await poked(store, [...units, born]), [born.run], "it is its turn");
}

async function severalAreNext(store: Store): Promise<void> {
  const units = await startRuns(store, 6);
  const [one, two, three, four, five] = units as [AppendUnit, AppendUnit, AppendUnit, AppendUnit, AppendUnit];
  for (const unit of [one, two]) await change(store, unit, "take", 2);
  for (const unit of [three, four, five]) await change(store, unit, "queue", 2);
  for (const unit of [one, two]) await change(store, unit, "release", 2);
  expectEqual(await poked(store, units), [three.run, four.run], "two are next");
  expectEqual(await change(store, five, "take", 2), "slot_taken", "the third is not");
  expectEqual(await change(store, four, "take", 2), "appended", "the second of them comes first");
  expectEqual(await change(store, five, "take", 2), "slot_taken", "a place is kept for the first");
  expectEqual(await change(store, three, "take", 2), "appended", "who takes it");
  expectEqual(await holders(store), [three.run, four.run], "holders, in the order of the line");
}

async function changesOnce(store: Store): Promise<void> {
  const units = await startRuns(store, 3);
  const [one, two, three] = units as [AppendUnit, AppendUnit, AppendUnit];
  expectEqual(await change(store, three, "release"), "appended", "who has none releases it");
  for (const action of ["take", "take", "queue", "take"] as const) {
    expectEqual(await change(store, one, action), "appended", action);
    expectEqual(await holders(store), [one.run], `holders after ${action}`);
  }
  for (const unit of [two, three, two]) await change(store, unit, "queue");
  await change(store, one, "release");
  await change(store, one, "release");
  expectEqual(await poked(store, units), [two.run], "it waits once, where it came first");
  await change(store, two, "take");
  await change(store, two, "release");
  expectEqual(await poked(store, units), [three.run], "the next");
}

async function queuesAgain(store: Store): Promise<void> {
  const units = await startRuns(store, 3);
  const [one, two, three] = units as [AppendUnit, AppendUnit, AppendUnit];
  await change(store, one, "take");
  for (const unit of [two, three]) await change(store, unit, "queue");
  await change(store, two, "release");
  await change(store, two, "queue");
  await change(store, one, "release");
  await change(store, one, "queue");
  for (const next of [three, two, one]) {
    expectEqual(await poked(store, units), [next.run], "next");
    expectEqual(await change(store, next, "take"), "appended", "takes");
    await change(store, next, "release");
  }
}

async function lowersLimit(store: Store): Promise<void> {
  const units = await startRuns(store, 5);
  const [one, two, three, four] = units as [AppendUnit, AppendUnit, AppendUnit, AppendUnit];
  for (const unit of [one, two, three]) await change(store, unit, "take", 3);
  await change(store, four, "queue", 1);
  for (const unit of [one, two]) {
    await change(store, unit, "release", 1);
    expectEqual(await poked(store, units), [], "still too many");
    expectEqual(await change(store, four, "take", 1), "slot_taken", "still taken");
  }
  await change(store, three, "release", 1);
  expectEqual(await poked(store, units), [four.run], "none is left");
}

async function separatesKeys(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const own = firstUnit(fence, 1, slot("take"));
  const foreign = { ...own, tenant: other };
  const second = firstUnit(fence, 2, slot("take", 1, hashOf(2)));
  expectResults(await store.append([own, foreign, second]), ["appended", "appended", "appended"], "all take");
  const alone = { holders: [own.run], waiters: [], held: 1 };
  expectEqual(await store.readSlot(tenant, key, 9), alone, "nobody waits yet");
  expectEqual(await store.readSlot(other, key, 9), alone, "of the other tenant");
  const none = { holders: [], waiters: [], held: 0 };
  expectEqual(await store.readSlot(tenantOf(3), key, 9), none, "of a third");
  expectEqual(await holders(store, hashOf(2)), [second.run], "of the other key");
  const waits = firstUnit(fence, 3, { head: parked, ...slot("queue") });
  await store.append([waits, nextUnit(foreign, slot("release")), nextUnit(second, slot("release"))]);
  expectEqual(await store.readSlot(tenant, key, 9), { ...alone, waiters: [waits.run] }, "still held");
  expectEqual(await store.readSlot(other, key, 9), none, "nobody of the other tenant");
  expectEqual(await store.nextDueAt(), null, "who waits for another place is not poked");
}

async function keepsAtEnd(store: Store): Promise<void> {
  const units = await startRuns(store, 2);
  const [one, two] = units as [AppendUnit, AppendUnit];
  await change(store, one, "take");
  await change(store, two, "queue");
  const ended = nextUnit(one, { head: endedAs("completed") });
  await store.append([ended]);
  expectEqual(await holders(store), [one.run], "holders");
  expectEqual(await store.nextDueAt(), null, "nobody is poked");
  await store.append([headUnit(ended, slot("release"))]);
  expectEqual(await poked(store, units), [two.run], "poked when it is released");
}

async function takesConcurrently(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const units = Array.from({ length: 200 }, (_, number) => firstUnit(fence, number, slot("take", 7)));
  const results = await Promise.all(units.map((unit) => store.append([unit])));
  const stand = units.filter((_, index) => results[index]?.[0]?.type === "appended").map((unit) => unit.run);
  expectEqual(stand.length, 7, "as many as the limit");
  expectEqual([...(await holders(store))].sort(), stand.sort(), "holders");
}

async function passes(store: Store): Promise<void> {
  const [first, second, third] = (await startRuns(store, 3)) as [AppendUnit, AppendUnit, AppendUnit];
  expectEqual(await change(store, first, "take"), "appended", "the place is taken");
  expectEqual(await change(store, second, "pass"), "slot_taken", "no place is free");
  expectEqual(await change(store, third, "queue"), "appended", "the third waits");
  expectEqual(await change(store, first, "release"), "appended", "the place is free");
  expectEqual(await change(store, second, "pass"), "slot_taken", "the third came before");
  expectEqual(await change(store, third, "pass"), "appended", "it passes");
  expectEqual(await holders(store), [], "nobody holds the place");
  expectEqual(await change(store, second, "take"), "appended", "it is free again");
}

async function passesOverAttended(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const unitOf = (number: number, attended = false) =>
    firstUnit(fence, number, { head: parked, birth: { attended } });
  const [holder, locked, plain, late] = [unitOf(1), unitOf(2, true), unitOf(3), unitOf(4)];
  const units = [holder, locked, plain, late];
  await store.append(units);
  const changePassing = async (unit: AppendUnit, action: SlotChange["action"]) =>
    (await store.append([headUnit(unit, slot(action, 1, key, true))]))[0]?.type;
  await change(store, holder, "take");
  for (const unit of [locked, plain]) await change(store, unit, "queue");
  await changePassing(holder, "release");
  expectEqual(
    await poked(store, units),
    [plain.run],
    "who is next without the attended one, which waits for a sign-in",
  );
  expectEqual(await change(store, plain, "take"), "slot_taken", "it passes over nobody by itself");
  expectEqual(
    await changePassing(late, "take"),
    "slot_taken",
    "nor does one over those that are not attended",
  );
  expectEqual(await changePassing(plain, "take"), "appended", "it passes over the attended one");
  expectEqual((await store.readSlot(tenant, key, 9)).waiters, [locked.run], "which keeps its place");
  expectEqual(await changePassing(late, "take"), "slot_taken", "never more than there are");
  await change(store, plain, "release");
  expectEqual(await change(store, late, "take"), "slot_taken", "it is the turn of the attended one");
  await change(store, late, "queue");
  expectEqual(await poked(store, units), [], "nobody else is poked");
  await changePassing(plain, "queue");
  expectEqual(await poked(store, units), [late.run], "who waited longer hears of it from who comes");
}
