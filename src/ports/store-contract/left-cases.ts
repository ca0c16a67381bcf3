// The store's contract: runs that a node let go though something of them may have been under way.

import type { AppendUnit, Store } from "../store.ts";
import { expectEqual, expectResults } from "./expect.ts";
import { epoch, firstUnit, headUnit, leaseAt, nextUnit, parked, tenantOf } from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const tenant = tenantOf(1);

export const leftCases: readonly StoreCase[] = [
  { name: "a run that was left is nobody's, and whoever takes it is told that it was held", run: takesLeft },
  { name: "a run that was left is overdue while nobody takes it", run: isOverdue },
];

async function takesLeft(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const now = epoch + 2_000;
  const unit = firstUnit(fence, 1);
  const attended = firstUnit(fence, 2, { birth: { attended: true } });
  await store.append([unit, attended]);
  const left = { ...parked, dueAt: now, held: true, left: true };
  const leaves = [headUnit(unit, { head: left }), headUnit(attended, { head: left })];
  expectResults(await store.append(leaves), ["appended", "appended"], "left");
  expectEqual((await store.listHeld(fence, null, 9)).rows, [], "held");
  expectEqual((await store.readRun(tenant, unit.run))?.held, true, "its row");
  expectResults(await store.append([nextUnit(unit)]), ["stale_seq"], "append by the one before");
  expectEqual(await store.nextDueAt(), now, "due");
  expectEqual(await store.claim(fence, now - 1, 9, [tenant]), [], "before its time");
  const [plain, ...more] = await store.claim(fence, now, 9);
  expectEqual([plain?.run, plain?.held, more], [unit.run, true, []], "taken");
  expectEqual(await store.nextDueAt(), null, "due, but for tenants that are open");
  expectEqual(await store.nextDueAt([tenant]), now, "due, with those of the tenant");
  const [open] = await store.claim(fence, now, 9, [tenant]);
  expectEqual([open?.run, open?.held], [attended.run, true], "taken where its tenant is open");

  const next = nextUnit(unit, { head: { ...left, dueAt: null } });
  await store.append([next]);
  expectEqual(await store.claim(fence, now, 9), [], "nothing is due");
  await store.append([firstUnit(fence, 3, { extra: { pokes: [unit.run] } })]);
  expectEqual(await store.nextDueAt(), 0, "poked");
  const taken = (await store.claim(fence, now, 9)).map(({ run, held }) => [run, held]);
  expectEqual(taken, [[unit.run, true]], "poked and taken");
  expectResults(await store.append([nextUnit(next)]), ["appended"], "append by who took it");
}

async function isOverdue(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const units = [1, 2, 3].map((number) => firstUnit(fence, number));
  await store.append(units);
  const [left, parkedOne, held] = units as [AppendUnit, AppendUnit, AppendUnit];
  await store.append([
    headUnit(left, { head: { ...parked, dueAt: epoch, held: true, left: true } }),
    headUnit(parkedOne, { head: { ...parked, dueAt: epoch + 1 } }),
    headUnit(held, { head: { ...parked, dueAt: epoch, held: true } }),
  ]);
  const overdueAt = async (at: number) => {
    const { rows } = await store.listRuns(tenant, { overdueAt: at }, null, 9);
    return rows.map(({ run }) => run);
  };
  expectEqual(await overdueAt(epoch), [], "not yet");
  expectEqual(await overdueAt(epoch + 1), [left.run], "left");
  expectEqual(await overdueAt(epoch + 2), [parkedOne.run, left.run], "and parked");
  expectEqual((await store.claim(fence, epoch + 2, 9)).length, 2, "taken");
  expectEqual(await overdueAt(epoch + 2), [], "and not any more");
}
