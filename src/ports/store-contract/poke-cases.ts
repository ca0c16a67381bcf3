// The store's contract: runs that must look at the world again, and units that only change a run's head.

import type { RunId } from "../../value/id.ts";
import type { AppendUnit, Store } from "../store.ts";
import { expectEqual, expectResults } from "./expect.ts";
import {
  endedAs,
  epoch,
  firstUnit,
  headUnit,
  leaseAt,
  nextUnit,
  parked,
  runOf,
  takeEnded,
  tenantOf,
} from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const [tenant, other] = [tenantOf(1), tenantOf(2)];

export const pokeCases: readonly StoreCase[] = [
  { name: "a poked run is due at once, and no longer when it was claimed", run: claimsPoked },
  { name: "poked and due runs are claimed together, each once, earliest first", run: claimsBoth },
  { name: "a poke of a held run stays until it is let go", run: pokesHeld },
  { name: "a poke between a claim and the letting go is not lost", run: pokesAfterClaim },
  { name: "claimRun ends a poke", run: claimRunEndsPoke },
  { name: "a poke is not lost when its claimer dies", run: pokeOutlivesClaimer },
  { name: "listPoked gives what a lease holds and was poked since", run: listsPoked },
  {
    name: "a run of a lease that ended is claimed when it is poked, however long ago",
    run: pokesOfEndedLease,
  },
  { name: "a run that was released at the close of its lease stays poked", run: staysPokedWhenReleased },
  { name: "a run that has ended is not poked, and no longer poked when it ends", run: endedIsNotPoked },
  { name: "a run pokes itself, and those born in the same batch", run: pokesWithinBatch },
  { name: "pokes of runs that are not there, or of another tenant, do nothing", run: pokesNobody },
  { name: "a stale unit pokes nobody", run: stalePokesNobody },
  { name: "poked runs are claimed in rounds, up to the limit", run: claimsPokedInRounds },
  { name: "a unit without events changes only the head", run: changesHeadOnly },
  { name: "a unit without events is judged as any other", run: judgesHeadOnly },
  { name: "a unit without events cannot begin a run", run: beginsNoRun },
];

async function poke(store: Store, fence: number, ...pokes: readonly RunId[]): Promise<void> {
  // A run of its own, which has ended: it is in nobody's way.
  const number = 1_000_000 + pokes.length;
  const known = await store.readRun(tenant, runOf(number));
  const first = firstUnit(fence, number, { head: endedAs("completed") });
  const unit = { ...headUnit(first, { extra: { pokes } }), expectedSeq: known?.lastSeq ?? 1 };
  if (known === null) await store.append([first]);
  expectResults(await store.append([unit]), ["appended"], "poke");
}

async function claimed(store: Store, fence: number, limit = 100): Promise<readonly string[]> {
  return (await store.claim(fence, epoch, limit)).map((row) => row.run);
}

async function claimsPoked(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const [waits, timed] = [
    firstUnit(fence, 1, { head: parked }),
    firstUnit(fence, 2, { head: { ...parked, dueAt: epoch + 99 } }),
  ];
  await store.append([waits, timed, firstUnit(fence, 3, { head: parked })]);
  const before = await store.readRun(tenant, waits.run);
  await poke(store, fence, waits.run);
  expectEqual(await store.nextDueAt(), 0, "nextDueAt");
  expectEqual(await store.readRun(tenant, waits.run), before, "the row is as before");
  expectEqual(await store.claim(fence, epoch, 10), [before], "claimed");
  expectEqual(await store.nextDueAt(), epoch + 99, "nextDueAt then");
  await store.append([headUnit(waits, { head: parked })]);
  expectEqual(await claimed(store, fence), [], "not poked any more");
  await poke(store, fence, timed.run);
  expectEqual(await claimed(store, fence), [timed.run], "before its time");
}

async function claimsBoth(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const dueAts = [epoch - 3, null, epoch + 50, epoch - 9, epoch - 5, epoch + 20];
  const units = dueAts.map((dueAt, number) => firstUnit(fence, number, { head: { ...parked, dueAt } }));
  await store.append(units);
  await poke(store, fence, runOf(1), runOf(2), runOf(3));
  expectEqual(await claimed(store, fence, 2), [runOf(1), runOf(3)], "the first two");
  expectEqual(await claimed(store, fence, 9), [runOf(4), runOf(0), runOf(2)], "the others");
  expectEqual(await claimed(store, fence), [], "nothing is left");
}

async function pokesHeld(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const held = firstUnit(fence, 1, { head: { dueAt: null } });
  await store.append([held]);
  await poke(store, fence, held.run, held.run);
  expectEqual([await store.nextDueAt(), await claimed(store, fence)], [null, []], "while it is held");
  const goesOn = nextUnit(held);
  expectResults(await store.append([goesOn]), ["appended"], "its holder goes on");
  expectEqual(await claimed(store, fence), [], "still held");
  await store.append([headUnit(goesOn, { head: parked })]);
  expectEqual(await store.nextDueAt(), 0, "let go");
  expectEqual(await claimed(store, fence), [held.run], "claimed");
  expectEqual(await claimed(store, fence), [], "once");
}

async function pokesAfterClaim(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const waits = firstUnit(fence, 1, { head: parked });
  await store.append([waits]);
  await poke(store, fence, waits.run);
  expectEqual(await claimed(store, fence), [waits.run], "first");
  await poke(store, fence, waits.run);
  expectEqual(await claimed(store, fence), [], "while it is held");
  const letGo = nextUnit(waits, { head: parked });
  await store.append([letGo]);
  expectEqual(await claimed(store, fence), [waits.run], "again");
  await store.append([headUnit(letGo, { head: parked })]);
  expectEqual(await claimed(store, fence), [], "not a third time");
}

async function claimRunEndsPoke(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const [free, held] = [
    firstUnit(fence, 1, { head: parked }),
    firstUnit(fence, 2, { head: { dueAt: null } }),
  ];
  await store.append([free, held]);
  await poke(store, fence, free.run, held.run);
  for (const unit of [free, held]) {
    expectEqual((await store.claimRun(fence, epoch, tenant, unit.run)) === false, false, "taken");
    await store.append([headUnit(unit, { head: parked })]);
  }
  expectEqual([await store.nextDueAt(), await claimed(store, fence)], [null, []], "not poked any more");
}

async function pokeOutlivesClaimer(store: Store): Promise<void> {
  const first = await store.openLease(leaseAt(epoch));
  const units = [1, 2].map((number) => firstUnit(first, number, { head: parked }));
  await store.append(units);
  await poke(store, first, runOf(1), runOf(2));
  expectEqual(await claimed(store, first, 1), [runOf(1)], "claimed");
  expectEqual((await store.claimRun(first, epoch, tenant, runOf(2))) === false, false, "taken");
  await store.closeLease(first, []);
  const second = await store.openLease(leaseAt(epoch));
  expectEqual(await claimed(store, second), [runOf(1), runOf(2)], "claimed again");
}

async function listsPoked(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const [held, quiet, free] = [1, 2, 3].map((number) =>
    firstUnit(fence, number, { head: number === 3 ? parked : { dueAt: null } }),
  ) as [AppendUnit, AppendUnit, AppendUnit];
  await store.append([held, quiet, free]);
  expectEqual(await store.listPoked(fence), [], "nobody");
  await poke(store, fence, held.run, free.run);
  expectEqual(await store.listPoked(fence), [{ tenant, run: held.run }], "the one that is held");
  expectEqual(await store.listPoked(fence + 1), [], "by another lease");
  await store.append([headUnit(held, { head: parked })]);
  expectEqual(await store.listPoked(fence), [], "after it was let go");
}

async function pokesOfEndedLease(store: Store): Promise<void> {
  const old = await store.openLease(leaseAt(epoch));
  const [before, after] = [1, 2].map((number) => firstUnit(old, number, { head: { dueAt: null } })) as [
    AppendUnit,
    AppendUnit,
  ];
  await store.append([before, after]);
  await poke(store, old, before.run);
  await store.closeLease(old, []);
  let fence = 0;
  for (let lease = 0; lease < 3; lease++) {
    fence = await store.openLease(leaseAt(epoch + lease));
    const expected = lease === 0 ? [before.run] : [];
    expectEqual(await claimed(store, fence), expected, `claim of lease ${lease}`);
    if (lease === 0) await store.append([headUnit(before, { fence, head: parked })]);
    if (lease < 2) await store.closeLease(fence, []);
  }
  await poke(store, fence, after.run);
  const rows = await store.claim(fence, epoch, 10);
  expectEqual(
    rows.map((row) => [row.run, row.held]),
    [[after.run, true]],
    "poked after its lease was forgotten",
  );
  expectResults(await store.append([nextUnit(after, { fence })]), ["appended"], "by who claimed it");
}

async function staysPokedWhenReleased(store: Store): Promise<void> {
  const old = await store.openLease(leaseAt(epoch));
  const unit = firstUnit(old, 1, { head: { dueAt: null } });
  await store.append([unit]);
  await poke(store, old, unit.run);
  await store.closeLease(old, [unit]);
  expectEqual(await store.nextDueAt(), 0, "nextDueAt");
  const rows = await store.claim(await store.openLease(leaseAt(epoch)), epoch, 10);
  expectEqual([rows.length, rows[0]?.held], [1, false], "claimed, as not held");
}

async function endedIsNotPoked(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const ended = firstUnit(fence, 1, { head: endedAs("failed") });
  const reopened = firstUnit(fence, 2, { head: { ...endedAs("failed"), dueAt: epoch + 9 } });
  const ends = firstUnit(fence, 3);
  await store.append([ended, reopened, ends]);
  await poke(store, fence, ended.run, reopened.run, ends.run);
  expectEqual(
    [await store.nextDueAt(), await claimed(store, fence)],
    [epoch + 9, []],
    "those that have ended",
  );
  const failed = nextUnit(ends, { head: { ...endedAs("failed"), dueAt: epoch + 5 } });
  await store.append([failed]);
  expectEqual([await store.nextDueAt(), await claimed(store, fence)], [epoch + 5, []], "one that ends");
  await takeEnded(store, failed);
  await store.append([nextUnit(failed, { head: { ...parked, endedAt: null } })]);
  expectEqual(await store.nextDueAt(), epoch + 9, "its poke is forgotten");
}

async function pokesWithinBatch(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const one = firstUnit(fence, 1, { head: parked, extra: { pokes: [runOf(1)] } });
  const two = firstUnit(fence, 2, { head: parked });
  const three = firstUnit(fence, 3, { head: parked, extra: { pokes: [runOf(2), runOf(4)] } });
  await store.append([one, two, three, firstUnit(fence, 4, { head: parked })]);
  expectEqual(await claimed(store, fence), [one.run, two.run], "those that were there");
}

async function pokesNobody(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const foreign = firstUnit(fence, 1, { tenant: other, head: parked });
  await store.append([foreign]);
  await poke(store, fence, foreign.run, runOf(2));
  expectEqual([await store.nextDueAt(), await claimed(store, fence)], [null, []], "nobody is poked");
  const own = firstUnit(fence, 1, { head: parked });
  await store.append([own]);
  await poke(store, fence, own.run);
  const rows = await store.claim(fence, epoch, 10);
  expectEqual(
    rows.map((row) => row.tenant),
    [tenant],
    "the one of the tenant",
  );
}

async function stalePokesNobody(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const [one, two] = [firstUnit(fence, 1), firstUnit(fence, 2, { head: parked })];
  await store.append([one, two]);
  const extra = { pokes: [two.run] };
  const units = [
    { ...headUnit(one, { extra }), expectedSeq: 9 },
    { ...nextUnit(one, { extra }), fence: fence + 1 },
    firstUnit(fence, 1, { extra }),
  ];
  expectResults(await store.append(units), ["stale_seq", "stale_fence", "stale_seq"], "results");
  expectEqual(await store.nextDueAt(), null, "nobody is poked");
}

async function claimsPokedInRounds(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const units = Array.from({ length: 500 }, (_, number) => firstUnit(fence, number, { head: parked }));
  await store.append(units);
  await poke(store, fence, ...units.map((unit) => unit.run));
  const runs: string[] = [];
  for (let round = 0; round < 10; round++) runs.push(...(await claimed(store, fence, 50)));
  expectEqual([runs.length, new Set(runs).size], [500, 500], "each once");
  expectEqual([await store.nextDueAt(), await claimed(store, fence)], [null, []], "nothing is left");
}

async function changesHeadOnly(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const first = firstUnit(fence, 1);
  await store.append([first]);
  const before = await store.readRun(tenant, first.run);
  const heads = [
    { ...parked, dueAt: epoch + 7 },
    { ...parked, dueAt: epoch + 7, held: true },
    endedAs("failed"),
    { ...endedAs("failed"), dueAt: epoch + 3 },
    { ...parked, endedAt: null },
  ];
  for (const [index, head] of heads.entries()) {
    expectResults(await store.append([headUnit(first, { head })]), ["appended"], `head ${index}`);
    expectEqual(await store.readRun(tenant, first.run), { ...before, ...head }, `row ${index}`);
  }
  expectEqual(await store.readEvents(tenant, first.run, 0, 9), [first.batch], "events");
  expectResults(
    await store.append([headUnit(first), nextUnit(first)]),
    ["appended", "appended"],
    "then events",
  );
  expectEqual((await store.readRun(tenant, first.run))?.lastSeq, 2, "seq");
}

async function judgesHeadOnly(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const first = firstUnit(fence, 1);
  const second = nextUnit(first);
  await store.append([first, second]);
  const before = await store.readRun(tenant, first.run);
  const results = await store.append([
    headUnit(first, { head: parked }),
    { ...headUnit(second, { head: parked }), expectedSeq: 3 },
    headUnit(second, { head: parked, fence: fence + 1 }),
    { ...headUnit(second, { head: parked }), tenant: other },
  ]);
  expectResults(results, ["stale_seq", "stale_seq", "stale_fence", "stale_seq"], "results");
  expectEqual(await store.readRun(tenant, first.run), before, "row");
  await store.closeLease(fence, []);
  const next = await store.openLease(leaseAt(epoch));
  const taken = headUnit(second, { fence: next, head: parked });
  expectResults(await store.append([taken]), ["stale_seq"], "held by another lease");
  await store.claimRun(next, epoch, tenant, first.run);
  expectResults(await store.append([taken]), ["appended"], "after it was taken");
}

async function beginsNoRun(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const unit = firstUnit(fence, 1);
  const empty = { ...unit, batch: null };
  const missing = { ...headUnit(unit), expectedSeq: 0 };
  expectResults(await store.append([empty, missing]), ["stale_seq", "stale_seq"], "results");
  expectEqual(await store.readRun(tenant, unit.run), null, "not there");
  expectResults(await store.append([unit]), ["appended"], "with events");
}
