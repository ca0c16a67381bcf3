// The store's contract: lists of runs.

import { type RunStatus, runStatuses } from "../../run/status.ts";
import { assert } from "../../value/assert.ts";
import type { RunId } from "../../value/id.ts";
import type { AppendUnit, Fence, RunFilter, Store } from "../store.ts";
import { expectEqual, expectError } from "./expect.ts";
import { endedAs, epoch, firstUnit, hashOf, leaseAt, nextUnit, parked, tenantOf } from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const tenant = tenantOf(1);

export const listCases: readonly StoreCase[] = [
  { name: "runs are listed newest first, page by page, each once", run: listsPages },
  { name: "runs created at the same time are listed each once", run: listsTies },
  { name: "rows that arrive between pages do not move the pages after", run: staysStable },
  { name: "every filter, and every two together, select exactly", run: filters },
  { name: "a list by status follows the changes of a run", run: followsStatus },
  { name: "a run with several labels is found by each", run: findsByLabels },
  { name: "the last page is known to be the last", run: knowsLastPage },
  { name: "a cursor that the list did not give is refused", run: refusesCursors },
];

/** All rows of a list, read by pages of `limit`. */
async function runsOf(store: Store, filter: RunFilter, limit: number): Promise<readonly RunId[]> {
  const runs: RunId[] = [];
  let cursor: string | null = null;
  do {
    const { rows, next }: Awaited<ReturnType<Store["listRuns"]>> = await store.listRuns(
      tenant,
      filter,
      cursor,
      limit,
    );
    assert(rows.length <= limit, "a page keeps to its limit");
    assert(next === null || rows.length > 0, "a page before the last has rows");
    runs.push(...rows.map((row) => row.run));
    cursor = next;
  } while (cursor !== null);
  return runs;
}

async function appendRuns(store: Store, units: readonly AppendUnit[]): Promise<void> {
  for (const { type } of await store.append(units)) assert(type === "appended", "the runs are there");
}

function unitAt(fence: Fence, number: number): AppendUnit {
  return firstUnit(fence, number, { birth: { createdAt: epoch + number } });
}

async function listsPages(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const order = [4, 0, 7, 2, 9, 1, 3, 8, 6, 5];
  await appendRuns(
    store,
    order.map((number) => unitAt(fence, number)),
  );
  const newestFirst = Array.from({ length: 10 }, (_, index) => unitAt(fence, 9 - index).run);
  for (const limit of [1, 2, 3, 5, 9, 10, 11, 100]) {
    expectEqual(await runsOf(store, {}, limit), newestFirst, `pages of ${limit}`);
  }
  const { rows } = await store.listRuns(tenant, {}, null, 1);
  expectEqual(rows[0], await store.readRun(tenant, newestFirst[0] as RunId), "a row of the list");
}

async function listsTies(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const units = Array.from({ length: 50 }, (_, number) => firstUnit(fence, number));
  await appendRuns(store, units);
  const all = await runsOf(store, {}, 100);
  expectEqual([all.length, new Set(all).size], [50, 50], "each once");
  for (const limit of [1, 7, 49]) expectEqual(await runsOf(store, {}, limit), all, `pages of ${limit}`);
}

async function staysStable(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  await appendRuns(
    store,
    [1, 2, 3, 4, 5, 6].map((number) => unitAt(fence, number)),
  );
  const first = await store.listRuns(tenant, {}, null, 2);
  await appendRuns(store, [unitAt(fence, 7), unitAt(fence, 8)]);
  await appendRuns(store, [nextUnit(unitAt(fence, 4), { head: endedAs("completed") })]);
  const second = await store.listRuns(tenant, {}, first.next, 2);
  const third = await store.listRuns(tenant, {}, second.next, 2);
  const runs = [first, second, third].map(({ rows }) => rows.map((row) => row.run));
  const expected = [
    [6, 5],
    [4, 3],
    [2, 1],
  ].map((numbers) => numbers.map((number) => unitAt(fence, number).run));
  expectEqual(runs, expected, "pages");
  expectEqual(third.next, null, "the end");
}

const failing: ReadonlySet<RunStatus> = new Set(["failed", "timed_out"]);
const endless: ReadonlySet<RunStatus> = new Set(["running", "waiting", "paused", "compensating"]);

async function filters(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const units = Array.from({ length: 120 }, (_, number) => {
    const status = runStatuses[number % runStatuses.length] as RunStatus;
    const workflow = hashOf(number % 4);
    const labels = number % 5 === 0 ? [] : [hashOf(100 + (number % 5)), hashOf(200 + (number % 2))];
    const birth = { createdAt: epoch + Math.floor(number / 2), workflow, labels };
    const doing = endless.has(status) ? [0, 1, 2, 18, 32][number % 5] : 0;
    const failure = failing.has(status) ? hashOf(500 + (Math.floor(number / 9) % 3)) : null;
    const endedAt = failure === null ? null : epoch + number;
    const dueAt = number % 7 === 0 && endedAt === null ? epoch + number : null;
    return firstUnit(fence, number, {
      birth,
      head: { ...parked, status, doing: doing ?? 0, dueAt, failure, endedAt },
    });
  });
  await appendRuns(store, units);
  const newestFirst = units.toReversed();
  const parts: readonly RunFilter[] = [
    { workflow: hashOf(1) },
    { workflow: hashOf(77) },
    { statuses: ["failed"] },
    { statuses: ["queued", "completed", "timed_out"] },
    { statuses: [] },
    { statuses: [...runStatuses] },
    { label: hashOf(103) },
    { label: hashOf(201) },
    { label: hashOf(999) },
    { createdFrom: epoch + 20 },
    { createdTo: epoch + 40 },
    { createdFrom: epoch + 10, createdTo: epoch + 30 },
    { createdFrom: epoch + 30, createdTo: epoch + 30 },
    { doing: 2 },
    { doing: 33 },
    { overdueAt: epoch + 60 },
    { doing: 16, overdueAt: epoch + 30 },
    { failure: hashOf(501) },
    { failure: hashOf(599) },
  ];
  const mixed = parts.flatMap((one) => parts.map((other) => ({ ...one, ...other })));
  for (const filter of [{}, ...mixed]) {
    const expected = newestFirst.filter((unit) => fits(unit, filter)).map((unit) => unit.run);
    for (const limit of [7, 1000]) {
      expectEqual(await runsOf(store, filter, limit), expected, `${JSON.stringify(filter)} by ${limit}`);
    }
  }
}

function fits({ birth, head }: AppendUnit, filter: RunFilter): boolean {
  const same = (a: Uint8Array | undefined, b: Uint8Array) => a === undefined || String(a) === String(b);
  return (
    birth !== null &&
    same(filter.workflow, birth.workflow) &&
    (filter.statuses === undefined || filter.statuses.includes(head.status)) &&
    (filter.label === undefined || birth.labels.some((label) => same(filter.label, label))) &&
    does(head, filter) &&
    (filter.failure === undefined || (head.failure !== null && same(filter.failure, head.failure))) &&
    birth.createdAt >= (filter.createdFrom ?? 0) &&
    birth.createdAt < (filter.createdTo ?? Number.MAX_SAFE_INTEGER)
  );
}

function does({ doing, dueAt, held }: AppendUnit["head"], filter: RunFilter): boolean {
  const isOverdue = dueAt !== null && !held && dueAt < (filter.overdueAt ?? 0);
  const isAsked = filter.doing !== undefined || filter.overdueAt !== undefined;
  return !isAsked || isOverdue || (doing & (filter.doing ?? 0)) !== 0;
}

async function followsStatus(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const birth = { labels: [hashOf(1)] };
  let unit = firstUnit(fence, 1, { birth, head: { status: "queued" } });
  await appendRuns(store, [unit]);
  for (const status of ["running", "waiting", "running", "paused", "compensating", "failed"] as const) {
    unit = nextUnit(unit, { head: status === "failed" ? endedAs(status) : { status } });
    await appendRuns(store, [unit]);
    for (const more of [{}, { label: hashOf(1) }, { workflow: hashOf(0) }]) {
      expectEqual(await runsOf(store, { ...more, statuses: [status] }, 5), [unit.run], status);
      const others = runStatuses.filter((other) => other !== status);
      expectEqual(await runsOf(store, { ...more, statuses: others }, 5), [], `other than ${status}`);
    }
  }
}

async function findsByLabels(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const both = firstUnit(fence, 1, { birth: { labels: [hashOf(1), hashOf(2), hashOf(1)] } });
  const one = firstUnit(fence, 2, { birth: { labels: [hashOf(2)] } });
  await appendRuns(store, [both, one, firstUnit(fence, 3)]);
  expectEqual(await runsOf(store, { label: hashOf(1) }, 5), [both.run], "the first label");
  expectEqual(
    [...(await runsOf(store, { label: hashOf(2) }, 5))].sort(),
    [both.run, one.run].sort(),
    "the second",
  );
}

async function knowsLastPage(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  expectEqual(await store.listRuns(tenant, {}, null, 3), { rows: [], next: null }, "of an empty store");
  await appendRuns(
    store,
    [1, 2, 3].map((number) => unitAt(fence, number)),
  );
  expectEqual((await store.listRuns(tenant, {}, null, 3)).next, null, "a full last page");
  const page = await store.listRuns(tenant, {}, null, 2);
  assert(page.next !== null, "a page before the last");
  expectEqual((await store.listRuns(tenant, {}, page.next, 2)).next, null, "the page after");
}

async function refusesCursors(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  await appendRuns(
    store,
    [1, 2, 3].map((number) => unitAt(fence, number)),
  );
  const { next } = await store.listRuns(tenant, {}, null, 1);
  assert(next !== null, "there is a next page");
  const bad = [
    "",
    "x",
    "ä",
    "!!!!",
    `${next}x`,
    next.slice(1),
    next.slice(0, -2),
    "bnVsbA",
    "W10",
    "WzFd",
    "a".repeat(10_000),
  ];
  for (const cursor of bad) {
    await expectError("invalid_cursor", `cursor ${cursor.slice(0, 20)}`, () =>
      store.listRuns(tenant, {}, cursor, 1),
    );
  }
}
