// The store's contract: how the runs of a workflow ended lately.

import type { RunStatus } from "../../run/status.ts";
import { assert } from "../../value/assert.ts";
import { outcomeHourMs, outcomesKeptMs } from "../overview-store.ts";
import type { Fence, Store } from "../store.ts";
import { expectEqual } from "./expect.ts";
import { endedAs, epoch, firstUnit, hashOf, leaseAt, nextUnit, takeEnded, tenantOf } from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const tenant = tenantOf(1);
/** When the hour of `epoch` began. */
const hour = Math.floor(epoch / outcomeHourMs) * outcomeHourMs;

export const statsCases: readonly StoreCase[] = [
  { name: "ended runs of a workflow are counted by hour and outcome, and the latest told", run: counts },
  { name: "a run that is gone on with after its end is counted where it ends again", run: followsEnds },
  {
    name: "ended runs are counted for eight days, also those that are forgotten since",
    run: countsForgotten,
  },
];

function ended(fence: Fence, number: number, status: RunStatus, endedAt: number, workflow = 1) {
  const birth = { createdAt: epoch + number, workflow: hashOf(workflow) };
  return firstUnit(fence, number, { birth, head: { ...endedAs(status), endedAt } });
}

async function counts(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const nothing = { outcomes: [], recent: [], active: 0 };
  expectEqual(await store.overview.readStats(tenant, hashOf(1), 0, 5), nothing, "of no run");
  const units = [
    ended(fence, 1, "completed", hour - 1),
    ended(fence, 2, "completed", hour),
    ended(fence, 3, "failed", hour + 5),
    ended(fence, 4, "completed", hour + outcomeHourMs - 1),
    ended(fence, 5, "cancelled", hour + outcomeHourMs),
    ended(fence, 6, "completed", hour, 2),
    firstUnit(fence, 7, { birth: { workflow: hashOf(1), createdAt: epoch + 7 } }),
    firstUnit(fence, 8, {
      birth: { workflow: hashOf(1), createdAt: epoch + 8 },
      head: { status: "waiting" },
    }),
  ];
  for (const { type } of await store.append(units)) assert(type === "appended", "the runs are there");
  const { outcomes, recent, active } = await store.overview.readStats(tenant, hashOf(1), hour + 7, 3);
  const expected = [
    { at: hour, status: "completed", runs: 2 },
    { at: hour, status: "failed", runs: 1 },
    { at: hour + outcomeHourMs, status: "cancelled", runs: 1 },
  ];
  expectEqual(outcomes, expected, "outcomes");
  const latest = [5, 4, 3].map((number) => units[number - 1]);
  expectEqual(
    recent.map(({ run }) => run),
    latest.map((unit) => unit?.run),
    "the latest",
  );
  const last = {
    run: units[4]?.run,
    status: "cancelled",
    createdAt: epoch + 5,
    endedAt: hour + outcomeHourMs,
  };
  expectEqual(recent[0], last, "one of them");
  expectEqual(active, 2, "runs that go on");
  const other = await store.overview.readStats(tenantOf(2), hashOf(1), 0, 5);
  expectEqual(other, nothing, "of another tenant");
}

async function followsEnds(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const first = ended(fence, 1, "failed", hour);
  const again = nextUnit(first, { head: { endedAt: null, held: true } });
  const over = nextUnit(again, { head: { ...endedAs("failed"), endedAt: hour + 2 * outcomeHourMs } });
  const told = async () =>
    (await store.overview.readStats(tenant, hashOf(1), 0, 5)).outcomes.map(({ at, runs }) => [at, runs]);
  await store.append([first]);
  expectEqual(await told(), [[hour, 1]], "ended");
  await takeEnded(store, first);
  await store.append([again]);
  expectEqual(await told(), [], "gone on with");
  await store.append([over]);
  expectEqual(await told(), [[hour + 2 * outcomeHourMs, 1]], "ended again");
}

async function countsForgotten(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  await store.append([ended(fence, 1, "failed", hour), ended(fence, 2, "failed", hour + outcomeHourMs)]);
  const before = await store.overview.readStats(tenant, hashOf(1), 0, 5);
  expectEqual(before.outcomes.length, 2, "two hours");
  const over = hour + outcomeHourMs + 2_000;
  expectEqual(await store.dropEnded(fence, over, 9), 2, "both are forgotten");
  const after = await store.overview.readStats(tenant, hashOf(1), 0, 5);
  expectEqual(after, { ...before, recent: [] }, "and counted as before");
  await store.dropEnded(fence, hour + outcomeHourMs + outcomesKeptMs, 9);
  const left = (await store.overview.readStats(tenant, hashOf(1), 0, 5)).outcomes;
  expectEqual(left, before.outcomes.slice(1), "of the hours that are told");
}
