// The store's contract where several leases live side by side: several nodes on one database.

import { newBulkId } from "../../value/id.ts";
import type { Fence, Store } from "../store.ts";
import { expectEqual, expectResults } from "./expect.ts";
import { bytesOf, epoch, firstUnit, hashOf, leaseAt, nextUnit, parked, runOf, tenantOf } from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const tenant = tenantOf(1);

export const sharedLeaseCases: readonly StoreCase[] = [
  { name: "leases live side by side", run: liveSideBySide },
  { name: "a run that a living lease holds is nobody else's", run: keepsHeld },
  { name: "a lease ends when another looks for work at or after its end", run: endsAtItsTime },
  { name: "claimRun ends leases as well", run: claimRunEnds },
  { name: "a renewed lease lives on", run: renewedLivesOn },
  { name: "an expired lease that nobody ended can still append and renew", run: expiredButNotEnded },
  { name: "an ended lease can never append again, not even to runs that nobody took", run: endedForGood },
  { name: "claims by several at once never give a run twice", run: claimsOnce },
  { name: "one of several appends on the same seq stands", run: appendsOnce },
  { name: "one of several starts with the same key stands", run: startsOnce },
  { name: "a bulk action that a living lease let go is taken by another", run: takesReleasedBulk },
];

async function twoLeases(store: Store): Promise<readonly [Fence, Fence]> {
  const a = await store.openLease(leaseAt(epoch));
  return [a, await store.openLease(leaseAt(epoch + 1_000, "node-b"))];
}

async function liveSideBySide(store: Store): Promise<void> {
  const [a, b] = await twoLeases(store);
  const results = await store.append([firstUnit(a, 1), firstUnit(b, 2), firstUnit(a, 3)]);
  expectResults(results, ["appended", "appended", "appended"], "results");
  await store.closeLease(a, []);
  expectResults(
    await store.append([firstUnit(a, 4), firstUnit(b, 5)]),
    ["stale_fence", "appended"],
    "a is closed",
  );
}

async function keepsHeld(store: Store): Promise<void> {
  const [a, b] = await twoLeases(store);
  const unit = firstUnit(a, 1);
  await store.append([unit]);
  expectEqual(await store.claim(b, epoch + 2_000, 10), [], "claim");
  expectEqual(await store.claimRun(b, epoch + 2_000, tenant, unit.run), false, "claimRun");
  expectResults(await store.append([nextUnit(unit, { fence: b })]), ["stale_seq"], "append");
  const freed = nextUnit(unit, { head: parked });
  await store.append([freed]);
  expectEqual(
    (await store.claimRun(b, epoch + 2_000, tenant, unit.run)) === false,
    false,
    "after it was let go",
  );
  expectResults(await store.append([nextUnit(freed)]), ["stale_seq"], "append by the one before");
}

async function endsAtItsTime(store: Store): Promise<void> {
  const [a, b] = await twoLeases(store);
  const unit = firstUnit(a, 1);
  await store.append([unit]);
  expectEqual(await store.claim(b, epoch + 9_999, 10), [], "just before its end");
  const claimed = await store.claim(b, epoch + 10_000, 10);
  expectEqual(
    claimed.map((row) => [row.run, row.held]),
    [[unit.run, true]],
    "at its end",
  );
  expectResults(await store.append([nextUnit(unit)]), ["stale_fence"], "append by the ended one");
  expectEqual(await store.renewLease(a, leaseAt(epoch + 9_999)), false, "its renewal");
  expectEqual(await store.claim(a, epoch, 10), [], "its claim");
  expectResults(await store.append([nextUnit(unit, { fence: b })]), ["appended"], "append by the new holder");
}

async function claimRunEnds(store: Store): Promise<void> {
  const [a, b] = await twoLeases(store);
  const [wanted, other] = [firstUnit(a, 1), firstUnit(a, 2)];
  await store.append([wanted, other]);
  expectEqual(await store.claimRun(b, epoch + 9_999, tenant, wanted.run), false, "just before its end");
  const row = await store.claimRun(b, epoch + 10_000, tenant, wanted.run);
  expectEqual(row === null || row === false ? row : row.held, true, "at its end");
  expectResults(await store.append([nextUnit(other)]), ["stale_fence"], "append to the other");
}

async function renewedLivesOn(store: Store): Promise<void> {
  const [a, b] = await twoLeases(store);
  await store.append([firstUnit(a, 1)]);
  expectEqual(await store.renewLease(a, leaseAt(epoch + 5_000)), true, "renewed");
  expectEqual(await store.claim(b, epoch + 10_500, 10), [], "after the first end");
  expectEqual((await store.claim(b, epoch + 15_000, 10)).length, 1, "after the second end");
}

async function expiredButNotEnded(store: Store): Promise<void> {
  const [a, b] = await twoLeases(store);
  const unit = firstUnit(a, 1);
  await store.append([unit]);
  await store.renewLease(b, leaseAt(epoch + 50_000, "node-b"));
  expectResults(await store.append([nextUnit(unit)]), ["appended"], "append");
  expectEqual(await store.renewLease(a, leaseAt(epoch + 50_000)), true, "renewal");
  expectEqual(await store.claim(b, epoch + 50_001, 10), [], "it holds its run");
}

async function endedForGood(store: Store): Promise<void> {
  const [a, b] = await twoLeases(store);
  const waiting = firstUnit(a, 1, { head: { dueAt: null } });
  const free = firstUnit(a, 2, { head: parked });
  await store.append([waiting, free]);
  expectEqual(await store.claim(b, epoch + 10_000, 10), [], "nothing is due");
  const units = [nextUnit(waiting), nextUnit(free), firstUnit(a, 3)];
  expectResults(await store.append(units), ["stale_fence", "stale_fence", "stale_fence"], "appends");
  const c = await store.openLease(leaseAt(epoch + 10_000, "node-c"));
  const row = await store.claimRun(c, epoch + 10_000, tenant, waiting.run);
  expectEqual(row === null || row === false ? row : row.held, true, "what it held is given as held");
}

async function claimsOnce(store: Store): Promise<void> {
  const fences: Fence[] = [];
  for (let node = 0; node < 4; node++) fences.push(await store.openLease(leaseAt(epoch, `node-${node}`)));
  const head = { ...parked, dueAt: epoch };
  const units = Array.from({ length: 200 }, (_, number) => firstUnit(fences[0] as Fence, number, { head }));
  await store.append(units);
  const taken: string[] = [];
  for (let round = 0; round < 30 && taken.length < 200; round++) {
    const claims = await Promise.all(fences.map((fence) => store.claim(fence, epoch, 7)));
    taken.push(...claims.flat().map((row) => row.run));
  }
  expectEqual([taken.length, new Set(taken).size], [200, 200], "each once");
  const wanted = firstUnit(fences[0] as Fence, 900, { head: parked });
  await store.append([wanted]);
  const rows = await Promise.all(fences.map((fence) => store.claimRun(fence, epoch, tenant, wanted.run)));
  expectEqual(rows.filter((row) => row !== false).length, 1, "claimRun gives it to one");
}

async function appendsOnce(store: Store): Promise<void> {
  const [a, b] = await twoLeases(store);
  const unit = firstUnit(a, 1, { head: parked });
  await store.append([unit]);
  const results = await Promise.all([a, b].map((fence) => store.append([nextUnit(unit, { fence })])));
  const types = results.flat().map((result) => result.type);
  expectEqual(types.sort(), ["appended", "stale_seq"], "results");
  expectEqual((await store.readEvents(tenant, unit.run, 0, 10)).length, 2, "batches");
}

async function startsOnce(store: Store): Promise<void> {
  const [a, b] = await twoLeases(store);
  const birth = { startKey: hashOf(1) };
  const units = [firstUnit(a, 1, { birth }), firstUnit(b, 2, { birth })];
  const results = (await Promise.all(units.map((unit) => store.append([unit])))).flat();
  expectEqual(results.map((result) => result.type).sort(), ["appended", "start_exists"], "results");
  const run = await store.readRunByStartKey(tenant, hashOf(1));
  const refused = results.find((result) => result.type === "start_exists");
  expectEqual(refused?.type === "start_exists" ? refused.run : null, run?.run, "the run that stands");
}

async function takesReleasedBulk(store: Store): Promise<void> {
  const [a, b] = await twoLeases(store);
  const id = newBulkId(epoch, bytesOf(1, 10));
  const bulk = { tenant, id, action: "cancel", createdAt: epoch, by: null } as const;
  await store.bulks.create(a, bulk, [runOf(1)], 9);
  expectEqual(await store.bulks.claim(b, epoch + 2_000, [tenant], 9), [], "while it is held");
  await store.bulks.claim(a, epoch + 2_000, [], 9);
  const [row] = await store.bulks.claim(b, epoch + 2_000, [tenant], 9);
  expectEqual(row?.id, id, "when it is not");
  expectEqual(await store.bulks.settle(a, tenant, id, [], epoch), null, "by the one before");
}
