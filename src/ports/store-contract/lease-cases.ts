// The store's contract: leases, and the runs taken under them, on every store.

import type { AppendUnit, Store } from "../store.ts";
import { expectEqual, expectError, expectResults, expectRow } from "./expect.ts";
import {
  endedAs,
  epoch,
  firstUnit,
  leaseAt,
  nextUnit,
  parked,
  runOf,
  takeEnded,
  tenantOf,
  working,
} from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const tenant = tenantOf(1);

export const leaseCases: readonly StoreCase[] = [
  { name: "fences rise, also after leases were closed", run: fencesRise },
  { name: "a lease that was never given, or was closed, can do nothing", run: closedLeaseIsDead },
  { name: "a lease can be renewed while nobody has ended it", run: renews },
  { name: "claim takes what is due and not held, earliest first, up to the limit", run: claimsDue },
  { name: "claim gives rows as they were before, and holds them", run: claimsHold },
  { name: "a run that has ended is not claimed while it is neither due nor held", run: endedIsNotClaimed },
  { name: "a run that has ended and is due again is claimed", run: claimsEndedAndDue },
  { name: "a run that has ended and is held again is its holder's", run: holdsEnded },
  { name: "what has ended is free when the lease that held it ends", run: freesEnded },
  { name: "what a closed lease held is claimed when due, as held", run: claimsFromClosed },
  { name: "what a lease released at its close is claimed as not held", run: claimsReleased },
  { name: "a lease releases only what it holds", run: releasesOwnOnly },
  { name: "claimRun takes one run, due or not", run: claimsOne },
  { name: "claimRun gives a run that has ended, and takes it when asked", run: claimsEnded },
  { name: "an append that lets a run go frees it, one that keeps it holds it", run: appendsHoldAndRelease },
  { name: "claims made at once never give a run twice", run: claimsConcurrently },
  { name: "listHeld gives what a lease holds, due or not, page by page, each once", run: listsHeld },
  { name: "nextDueAt is the earliest among runs that nobody holds", run: knowsNextDue },
  { name: "claim of a few among 10,000, in several rounds", run: claimsManyInRounds },
];

async function fencesRise(store: Store): Promise<void> {
  let last = 0;
  for (let round = 0; round < 5; round++) {
    const fence = await store.openLease(leaseAt(epoch + round, `node-${round % 2}`));
    expectEqual(fence > last, true, `fence ${fence} after ${last}`);
    if (round % 2 === 0) await store.closeLease(fence, []);
    await store.claim(fence, epoch + round, 1);
    last = fence;
  }
}

async function closedLeaseIsDead(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const held = firstUnit(fence, 1);
  const free = firstUnit(fence, 2, { head: { ...parked, dueAt: epoch } });
  await store.append([held, free]);
  await store.closeLease(fence, []);
  await store.closeLease(fence, []);
  for (const dead of [fence, fence + 1, 0]) {
    const units = [{ ...nextUnit(held), fence: dead }, firstUnit(dead, 3)];
    expectResults(await store.append(units), ["stale_fence", "stale_fence"], `append by ${dead}`);
    expectEqual(await store.claim(dead, epoch + 1, 10), [], `claim by ${dead}`);
    expectEqual(await store.claimRun(dead, epoch + 1, tenant, free.run), false, `claimRun by ${dead}`);
    expectEqual(await store.renewLease(dead, leaseAt(epoch)), false, `renewal of ${dead}`);
  }
  expectEqual((await store.readRun(tenant, free.run))?.held, false, "the free run");
}

async function renews(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  expectEqual(await store.renewLease(fence, leaseAt(epoch + 9_000)), true, "in time");
  expectEqual(await store.renewLease(fence, leaseAt(epoch + 60_000)), true, "late, but nobody ended it");
  await store.claim(fence, epoch + 500_000, 10);
  expectResults(await store.append([firstUnit(fence, 1)]), ["appended"], "its own claim does not end it");
}

async function claimsDue(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const dueAts = [epoch + 3, null, epoch + 1, epoch + 2, epoch + 100, epoch - 50, epoch + 1];
  const units = dueAts.map((dueAt, number) => firstUnit(fence, number, { head: { ...parked, dueAt } }));
  await store.append([...units, firstUnit(fence, 100, { head: working })]);
  const claimed = await store.claim(fence, epoch + 3, 3);
  expectEqual(
    claimed.map((row) => row.dueAt),
    [epoch - 50, epoch + 1, epoch + 1],
    "the first three",
  );
  const rest = await store.claim(fence, epoch + 3, 10);
  expectEqual(
    rest.map((row) => row.run),
    [runOf(3), runOf(0)],
    "the others, with what is due just now",
  );
  expectEqual(await store.claim(fence, epoch + 99, 10), [], "nothing is left");
}

async function claimsHold(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const unit = firstUnit(fence, 1, { head: { ...parked, dueAt: epoch } });
  await store.append([unit]);
  const before = await store.readRun(tenant, unit.run);
  expectEqual(await store.claim(fence, epoch, 10), [before], "claimed");
  expectEqual(await store.readRun(tenant, unit.run), { ...before, held: true }, "row after the claim");
  expectEqual(await store.claim(fence, epoch + 1, 10), [], "claimed again");
  expectResults(await store.append([nextUnit(unit)]), ["appended"], "by the holder");
}

async function endedIsNotClaimed(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const statuses = ["completed", "failed", "cancelled", "timed_out"] as const;
  const started = statuses.map((_, number) => firstUnit(fence, number, { head: { dueAt: epoch - 1 } }));
  await store.append(started);
  await store.append(
    started.map((unit, index) => nextUnit(unit, { head: endedAs(statuses[index] ?? "failed") })),
  );
  expectEqual(await store.claim(fence, epoch + 1, 10), [], "claim");
  expectEqual(await store.nextDueAt(), null, "nextDueAt");
  await store.closeLease(fence, []);
  const next = await store.openLease(leaseAt(epoch + 1));
  expectEqual(await store.claim(next, epoch + 1, 10), [], "claim by the next lease");
  const row = await store.readRun(tenant, runOf(0));
  expectEqual([row?.dueAt, row?.held], [null, false], "neither due nor held");
}

async function claimsEndedAndDue(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const born = firstUnit(fence, 1, { head: { ...endedAs("failed"), dueAt: epoch + 3 } });
  const ended = nextUnit(firstUnit(fence, 2), { head: endedAs("failed") });
  const reopened = nextUnit(ended, { head: { dueAt: epoch + 2 } });
  await store.append([born, firstUnit(fence, 2), ended]);
  await takeEnded(store, ended);
  await store.append([reopened]);
  expectEqual(await store.nextDueAt(), epoch + 2, "nextDueAt");
  const row = await store.readRun(tenant, reopened.run);
  expectEqual([row?.dueAt, row?.endedAt], [epoch + 2, epoch + 5], "due, and ended as before");
  expectEqual(await store.claim(fence, epoch + 2, 10), [row], "what is due");
  await store.append([nextUnit(reopened, { head: endedAs("failed") })]);
  expectEqual((await store.claim(fence, epoch + 9, 10))[0]?.run, born.run, "what is due later");
  expectEqual(await store.claim(fence, epoch + 9, 10), [], "nothing is left");
}

async function holdsEnded(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const ended = firstUnit(fence, 1, { head: endedAs("failed") });
  await store.append([ended]);
  await takeEnded(store, ended);
  await store.append([nextUnit(ended, { head: { held: true, dueAt: epoch } })]);
  const row = await store.readRun(tenant, ended.run);
  expectEqual([row?.held, row?.status, row?.endedAt], [true, "failed", epoch + 5], "row");
  expectEqual(await store.claim(fence, epoch + 1, 10), [], "while it is held");
  expectEqual((await store.listHeld(fence, null, 10)).rows, [row], "held");
  expectEqual(await store.claimRun(fence, epoch, tenant, ended.run), row, "claimRun by its holder");
  await store.closeLease(fence, []);
  const next = await store.openLease(leaseAt(epoch + 1));
  expectEqual(await store.claim(next, epoch + 1, 10), [row], "of a lease that was closed, as held");
  const undone = { ...nextUnit(nextUnit(ended), { fence: next }), head: { ...parked, dueAt: epoch + 9 } };
  expectResults(await store.append([undone]), ["appended"], "it may be as if it had never ended");
  expectEqual((await store.readRun(tenant, ended.run))?.endedAt, null, "then");
}

async function freesEnded(store: Store): Promise<void> {
  const first = await store.openLease(leaseAt(epoch));
  const [closed, left, dueAgain] = [1, 2, 3].map((number) =>
    firstUnit(first, number, { head: endedAs("failed") }),
  ) as [AppendUnit, AppendUnit, AppendUnit];
  await store.append([closed, left, dueAgain]);
  const rows = [await store.readRun(tenant, closed.run), await store.readRun(tenant, left.run)];
  for (const ended of [closed, dueAgain]) await takeEnded(store, ended);
  await store.append([nextUnit(dueAgain, { head: { ...working, dueAt: epoch + 9, endedAt: epoch } })]);
  await store.closeLease(first, []);
  expectEqual(await store.readRun(tenant, closed.run), rows[0], "of a lease that was closed");
  const second = await store.openLease(leaseAt(epoch));
  await takeEnded(store, { ...left, fence: second });
  expectEqual((await store.readRun(tenant, left.run))?.held, true, "while the lease lasts");
  const third = await store.openLease(leaseAt(epoch + 20_000, "node-b"));
  const claimed = await store.claim(third, epoch + 20_000, 10);
  expectEqual(
    claimed.map(({ run, held }) => [run, held]),
    [[dueAgain.run, true]],
    "what is due is claimed, as held",
  );
  expectEqual(await store.readRun(tenant, left.run), rows[1], "of a lease whose time is over");
  const page = await store.keys.list(tenant, null, 10, true);
  expectEqual(
    page.rows.map(({ whole }) => whole?.quiet),
    [true, true, false],
    "quiet",
  );
  expectEqual(await store.dropEnded(third, epoch + 1_000_000, 10), 2, "forgotten in time");
}

async function claimsFromClosed(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const now = firstUnit(fence, 1);
  const later = firstUnit(fence, 2, { head: { ...working, dueAt: epoch + 40 } });
  await store.append([now, later]);
  await store.closeLease(fence, []);
  const next = await store.openLease(leaseAt(epoch + 1));
  const claimed = await store.claim(next, epoch + 1, 10);
  expectEqual(
    claimed.map((row) => [row.run, row.held]),
    [[now.run, true]],
    "what is due",
  );
  const rest = await store.claim(next, epoch + 40, 10);
  expectEqual(
    rest.map((row) => [row.run, row.held]),
    [[later.run, true]],
    "what is due later",
  );
  expectResults(await store.append([nextUnit(now, { fence: next })]), ["appended"], "by the next");
}

async function claimsReleased(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const [kept, released] = [firstUnit(fence, 1), firstUnit(fence, 2)];
  await store.append([kept, released]);
  await store.closeLease(fence, [released]);
  expectEqual((await store.readRun(tenant, released.run))?.held, false, "row of the released one");
  const next = await store.openLease(leaseAt(epoch + 1));
  const claimed = await store.claim(next, epoch + 1, 10);
  const held = new Map(claimed.map((row) => [row.run, row.held]));
  expectEqual([held.size, held.get(kept.run), held.get(released.run)], [2, true, false], "claimed");
}

async function releasesOwnOnly(store: Store): Promise<void> {
  const old = await store.openLease(leaseAt(epoch));
  const unit = firstUnit(old, 1);
  await store.append([unit]);
  await store.closeLease(old, []);
  const next = await store.openLease(leaseAt(epoch + 1));
  await store.claim(next, epoch + 1, 10);
  await store.closeLease(old, [unit, { tenant, run: runOf(77) }]);
  expectEqual((await store.readRun(tenant, unit.run))?.held, true, "still held by the next");
  expectResults(await store.append([nextUnit(unit, { fence: next })]), ["appended"], "by the next");
}

async function claimsOne(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const unit = firstUnit(fence, 1, { head: parked });
  await store.append([unit]);
  expectEqual(await store.claimRun(fence, epoch, tenant, runOf(2)), null, "not there");
  const before = await store.readRun(tenant, unit.run);
  expectEqual(before?.held, false, "held before");
  expectEqual(await store.claimRun(fence, epoch, tenant, unit.run), before, "taken");
  expectEqual(await store.claimRun(fence, epoch, tenant, unit.run), { ...before, held: true }, "taken again");
  expectResults(await store.append([nextUnit(unit, { head: parked })]), ["appended"], "by the holder");
  expectEqual((await store.readRun(tenant, unit.run))?.held, false, "held after it was let go");
}

async function claimsEnded(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const unit = firstUnit(fence, 1, { head: endedAs("completed") });
  await store.append([unit]);
  const row = await expectRow(store, unit, "row");
  expectEqual(await store.claimRun(fence, epoch, tenant, unit.run), row, "given");
  expectEqual(await store.claimRun(fence, epoch, tenant, unit.run, false), row, "given again");
  expectEqual(await store.readRun(tenant, unit.run), row, "and not held");
  expectEqual(await store.claimRun(fence + 1, epoch, tenant, unit.run, true), false, "not by a dead lease");
  expectEqual(await store.claimRun(fence, epoch, tenant, unit.run, true), row, "taken");
  expectEqual(await store.readRun(tenant, unit.run), { ...row, held: true }, "and held");
  expectEqual(await store.claimRun(fence, epoch, tenant, runOf(2), true), null, "not there");
  expectResults(await store.append([nextUnit(unit)]), ["appended"], "by the holder");
  expectEqual((await store.readRun(tenant, unit.run))?.held, false, "let go");
}

async function appendsHoldAndRelease(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const held = firstUnit(fence, 1, { head: { ...working, dueAt: epoch } });
  await store.append([held]);
  expectEqual(await store.claim(fence, epoch + 1, 10), [], "while held");
  const freed = nextUnit(held, { head: { ...parked, dueAt: epoch + 5 } });
  await store.append([freed]);
  expectEqual(await store.claim(fence, epoch + 4, 10), [], "before it is due");
  // Nobody holds it: whoever has the right seq may append.
  const taken = nextUnit(freed, { head: working });
  expectResults(await store.append([taken]), ["appended"], "to a free run");
  expectEqual(await store.claim(fence, epoch + 6, 10), [], "held again");
  await store.append([nextUnit(taken, { head: { ...parked, dueAt: epoch + 5 } })]);
  expectEqual((await store.claim(fence, epoch + 6, 10)).length, 1, "free again");
}

async function claimsConcurrently(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const head = { ...parked, dueAt: epoch };
  await store.append(Array.from({ length: 100 }, (_, number) => firstUnit(fence, number, { head })));
  const claims = await Promise.all(Array.from({ length: 12 }, () => store.claim(fence, epoch, 10)));
  const runs = claims.flat().map((row) => row.run);
  expectEqual([runs.length, new Set(runs).size], [100, 100], "each once");
}

async function heldBy(store: Store, fence: number, limit: number): Promise<readonly string[]> {
  const found: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Store["listHeld"]>> = await store.listHeld(fence, cursor, limit);
    expectEqual(page.rows.length <= limit && page.rows.every((row) => row.held), true, "a page of held runs");
    found.push(...page.rows.map((row) => `${row.tenant} ${row.run}`));
    cursor = page.next;
  } while (cursor !== null);
  return found.sort();
}

async function listsHeld(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  expectEqual(await store.listHeld(fence, null, 10), { rows: [], next: null }, "nothing");
  const born = [1, 2, 3, 4].map((number) => firstUnit(fence, number, { tenant: tenantOf(1 + (number % 2)) }));
  const signalled = firstUnit(fence, 5, { head: parked });
  const due = firstUnit(fence, 6, { head: { ...parked, dueAt: epoch } });
  const others = [
    firstUnit(fence, 7, { head: parked }),
    firstUnit(fence, 8, { head: { ...parked, dueAt: epoch + 99 } }),
    firstUnit(fence, 9, { head: endedAs("completed") }),
  ];
  await store.append([...born, signalled, due, ...others]);
  await store.claimRun(fence, epoch, tenant, signalled.run);
  await store.claim(fence, epoch, 10);
  const expected = [...born, signalled, due].map((unit) => `${unit.tenant} ${unit.run}`).sort();
  for (const limit of [1, 2, 5, 6, 100]) {
    expectEqual(await heldBy(store, fence, limit), expected, `pages of ${limit}`);
  }
  expectEqual(await heldBy(store, fence + 1, 10), [], "by another lease");
  await store.append([nextUnit(signalled, { head: parked }), nextUnit(due, { head: endedAs("failed") })]);
  const left = born.map((unit) => `${unit.tenant} ${unit.run}`).sort();
  expectEqual(await heldBy(store, fence, 10), left, "after two were let go");
  for (const cursor of ["", "x", "W10", "WzFd"]) {
    await expectError("invalid_cursor", cursor, () => store.listHeld(fence, cursor, 10));
  }
}

async function knowsNextDue(store: Store): Promise<void> {
  expectEqual(await store.nextDueAt(), null, "of an empty store");
  const fence = await store.openLease(leaseAt(epoch));
  const late = firstUnit(fence, 1, { head: { ...parked, dueAt: epoch + 90 } });
  const early = firstUnit(fence, 2, { head: { ...parked, dueAt: epoch + 20 } });
  await store.append([late, firstUnit(fence, 3, { head: working }), firstUnit(fence, 4, { head: parked })]);
  expectEqual(await store.nextDueAt(), epoch + 90, "one is due");
  await store.append([early]);
  expectEqual(await store.nextDueAt(), epoch + 20, "an earlier one");
  await store.claim(fence, epoch + 20, 10);
  expectEqual(await store.nextDueAt(), epoch + 90, "the earlier one is held");
  await store.append([nextUnit(early, { head: { ...parked, dueAt: epoch + 30 } })]);
  expectEqual(await store.nextDueAt(), epoch + 30, "it was let go");
  await store.append([nextUnit(late, { head: parked })]);
  await store.claimRun(fence, epoch, tenant, early.run);
  expectEqual(await store.nextDueAt(), null, "none is left");
}

async function claimsManyInRounds(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const units = Array.from({ length: 10_000 }, (_, number) =>
    firstUnit(fence, number, { head: { ...parked, dueAt: epoch + ((number * 7919) % 10_000) } }),
  );
  await store.append(units);
  let last = 0;
  for (let round = 0; round < 20; round++) {
    const rows = await store.claim(fence, epoch + 1_000, 50);
    for (const row of rows) {
      expectEqual((row.dueAt ?? 0) > last, true, `due at ${row.dueAt} after ${last}`);
      last = row.dueAt ?? 0;
    }
  }
  expectEqual(last, epoch + 999, "the last of a thousand");
  expectEqual((await store.claim(fence, epoch + 1_000, 50)).length, 1, "what is due just now");
}
