// The store's contract where a new lease ends all others: one process at a time, as on an embedded store.

import type { Store } from "../store.ts";
import { expectEqual, expectResults } from "./expect.ts";
import { epoch, firstUnit, leaseAt, nextUnit, parked, tenantOf } from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

export const exclusiveLeaseCases: readonly StoreCase[] = [
  { name: "a new lease ends every earlier one", run: endsEarlier },
  { name: "what earlier leases held is claimed at once, earliest first, as held", run: claimsFromEarlier },
];

async function endsEarlier(store: Store): Promise<void> {
  const old = await store.openLease(leaseAt(epoch));
  const unit = firstUnit(old, 1);
  await store.append([unit]);
  const next = await store.openLease(leaseAt(epoch, "node-b"));
  expectEqual(await store.renewLease(old, leaseAt(epoch)), false, "renewal of the old one");
  expectResults(
    await store.append([nextUnit(unit), firstUnit(old, 2)]),
    ["stale_fence", "stale_fence"],
    "its appends",
  );
  expectEqual(await store.claim(old, epoch + 1, 10), [], "its claim");
  expectEqual(await store.claimRun(old, epoch + 1, unit.tenant, unit.run), false, "its claimRun");
  expectResults(await store.append([nextUnit(unit, { fence: next })]), ["stale_seq"], "before it is claimed");
  expectEqual((await store.claim(next, epoch + 1, 10)).length, 1, "claimed by the new one");
  expectResults(await store.append([nextUnit(unit, { fence: next })]), ["appended"], "after it is claimed");
}

async function claimsFromEarlier(store: Store): Promise<void> {
  const dueAts = [epoch - 1, epoch - 5, epoch - 3, epoch - 4, epoch - 2];
  for (const [number, dueAt] of dueAts.entries()) {
    const fence = await store.openLease(leaseAt(epoch));
    await store.append([firstUnit(fence, number, { head: { dueAt } })]);
  }
  const fence = await store.openLease(leaseAt(epoch));
  await store.append([firstUnit(fence, 9, { head: { ...parked, dueAt: epoch - 3 } })]);
  const first = await store.claim(fence, epoch, 2);
  const rest = await store.claim(fence, epoch, 10);
  expectEqual(
    [...first, ...rest].map((row) => row.dueAt),
    [epoch - 5, epoch - 4, epoch - 3, epoch - 3, epoch - 2, epoch - 1],
    "earliest first",
  );
  expectEqual([...first, ...rest].filter((row) => !row.held).length, 1, "one was not held");
  const row = await store.readRun(tenantOf(1), (first[0] as (typeof first)[number]).run);
  expectEqual(row?.held, true, "held now");
}
