// The store's contract: runs in line for a place that nobody can read.

import type { AppendUnit, Store } from "../store.ts";
import { expectEqual } from "./expect.ts";
import { epoch, firstUnit, hashOf, leaseAt, runOf, tenantOf } from "./sample.ts";
import { change, slot } from "./slot-cases.ts";
import type { StoreCase } from "./store-case.ts";

const [tenant, other] = [tenantOf(1), tenantOf(2)];
const key = hashOf(1);

export const setAsideCases: readonly StoreCase[] = [
  { name: "a run in line that is set aside is passed over until its lease ends", run: passesOverSetAside },
  { name: "only a run in line, and by who holds it, is set aside", run: setsAsideWhoWaits },
];

/** Run 1 holds the only place, 2 and those after it wait; all are held by the lease. */
async function lineOf(store: Store, count: number): Promise<readonly AppendUnit[]> {
  const fence = await store.openLease(leaseAt(epoch));
  const units = Array.from({ length: count }, (_, index) =>
    firstUnit(fence, index + 1, slot(index === 0 ? "take" : "queue")),
  );
  await store.append(units);
  return units;
}

async function passesOverSetAside(store: Store): Promise<void> {
  const units = await lineOf(store, 4);
  const [holder, damaged, third, fourth] = units as [AppendUnit, AppendUnit, AppendUnit, AppendUnit];
  const { fence } = holder;
  await change(store, holder, "release");
  expectEqual(await store.listPoked(fence), [{ tenant, run: damaged.run }], "the first in line");
  await store.setAside(fence, tenant, damaged.run);
  const others = [third, fourth].map(({ run }) => ({ tenant, run }));
  expectEqual((await store.listPoked(fence)).slice(1), others, "those behind it look");
  expectEqual(await change(store, fourth, "take"), "slot_taken", "the order stands");
  expectEqual(await change(store, third, "take"), "appended", "it is passed over");
  const passed = { holders: [third.run], waiters: [fourth.run], held: 1 };
  expectEqual(await store.readSlot(tenant, key, 9), passed, "the line");
  await store.closeLease(fence, [third, fourth]);
  const after = await store.openLease(leaseAt(epoch));
  const taken = await store.claim(after, epoch, 9);
  expectEqual(
    taken.some(({ run }) => run === damaged.run),
    true,
    "it is due",
  );
  const line = { holders: [third.run], waiters: [damaged.run, fourth.run], held: 1 };
  expectEqual(await store.readSlot(tenant, key, 9), line, "it waits again where it waited");
}

async function setsAsideWhoWaits(store: Store): Promise<void> {
  const [holder, waits] = (await lineOf(store, 2)) as [AppendUnit, AppendUnit];
  const { fence } = holder;
  const line = await store.readSlot(tenant, key, 9);
  await store.setAside(fence, tenant, holder.run);
  await store.setAside(fence + 1, tenant, waits.run);
  await store.setAside(fence, other, waits.run);
  await store.setAside(fence, tenant, runOf(9));
  expectEqual(await store.readSlot(tenant, key, 9), line, "the line");
  await store.setAside(fence, tenant, waits.run);
  expectEqual(await change(store, waits, "release"), "appended", "it may leave");
  expectEqual(await change(store, waits, "queue"), "appended", "and come again");
  expectEqual(await store.readSlot(tenant, key, 9), line, "as any other");
}
