// The store's contract: runs by what they do, oldest first.

import { assert } from "../../value/assert.ts";
import type { RunId } from "../../value/id.ts";
import type { WaitingFilter } from "../overview-store.ts";
import type { AppendUnit, Fence, Page, RunRow, Store } from "../store.ts";
import { expectEqual } from "./expect.ts";
import { endedAs, epoch, firstUnit, hashOf, leaseAt, nextUnit, parked, tenantOf } from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const tenant = tenantOf(1);

export const waitingCases: readonly StoreCase[] = [
  { name: "runs that wait are listed oldest first, page by page, each once", run: lists },
  { name: "those that wait are found among many that do", run: findsFew },
];

function waiting(fence: Fence, number: number, doing: number): AppendUnit {
  const labels = number % 3 === 0 ? [hashOf(100)] : [];
  const birth = { createdAt: epoch + Math.floor(number / 2), workflow: hashOf(number % 2), labels };
  return firstUnit(fence, number, { birth, head: { ...parked, doing } });
}

async function seen(store: Store, filter: WaitingFilter, limit: number): Promise<readonly RunId[]> {
  const found: RunId[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Page<RunRow> = await store.overview.listWaiting(tenant, filter, cursor, limit);
    assert(page.rows.length <= limit, "a page keeps to its limit");
    found.push(...page.rows.map(({ run }) => run));
    if (page.next === null) return found;
    cursor = page.next;
  }
}

async function lists(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const units = Array.from({ length: 60 }, (_, number) =>
    waiting(fence, number, [0, 2, 6, 16][number % 4] ?? 0),
  );
  await store.append(units);
  const other = firstUnit(fence, 1, { tenant: tenantOf(2), head: { ...parked, doing: 2 } });
  await store.append([other, nextUnit(units[5] as AppendUnit, { head: endedAs("failed") })]);
  const filters: readonly WaitingFilter[] = [
    { doing: 2 },
    { doing: 22 },
    { doing: 4, workflow: hashOf(0) },
    { doing: 2, workflow: hashOf(77) },
    { doing: 18, label: hashOf(100) },
    { doing: 18, label: hashOf(999) },
    { doing: 18, createdFrom: epoch + 5, createdTo: epoch + 20 },
    { doing: 32 },
  ];
  for (const filter of filters) {
    const expected = units.filter((unit, index) => index !== 5 && fits(unit, filter)).map(({ run }) => run);
    for (const limit of [1, 4, 100]) {
      expectEqual(await seen(store, filter, limit), expected, `${JSON.stringify(filter)} by ${limit}`);
    }
  }
}

function fits({ birth, head }: AppendUnit, filter: WaitingFilter): boolean {
  const same = (a: Uint8Array | undefined, b: Uint8Array) => a === undefined || String(a) === String(b);
  return (
    birth !== null &&
    (head.doing & filter.doing) !== 0 &&
    same(filter.workflow, birth.workflow) &&
    (filter.label === undefined || birth.labels.some((label) => same(filter.label, label))) &&
    birth.createdAt >= (filter.createdFrom ?? 0) &&
    birth.createdAt < (filter.createdTo ?? Number.MAX_SAFE_INTEGER)
  );
}

async function findsFew(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const count = 1_200;
  await store.append(Array.from({ length: count }, (_, number) => unlabelled(fence, number)));
  const rare = waiting(fence, 9_999, 2);
  const signal = firstUnit(fence, 30_000, {
    birth: { createdAt: epoch + 1 },
    head: { ...parked, doing: 16 },
  });
  await store.append([rare, signal]);
  expectEqual(await seen(store, { doing: 2, label: hashOf(100) }, 10), [rare.run], "behind all others");
  const both = await seen(store, { doing: 18 }, 500);
  expectEqual([both.length, new Set(both).size], [count + 2, count + 2], "each once");
  expectEqual(both.indexOf(signal.run), 4, "in its place");
}

function unlabelled(fence: Fence, number: number): AppendUnit {
  const birth = { createdAt: epoch + Math.floor(number / 2) };
  return firstUnit(fence, number, { birth, head: { ...parked, doing: 2 } });
}
