// The store's contract: groups of runs that ended badly alike.

import { assert } from "../../value/assert.ts";
import type { FailureFilter, FailureGroup } from "../overview-store.ts";
import type { AppendUnit, Fence, Page, Store } from "../store.ts";
import { expectEqual } from "./expect.ts";
import { endedAs, epoch, firstUnit, hashOf, leaseAt, nextUnit, takeEnded, tenantOf } from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const tenant = tenantOf(1);

export const failureCases: readonly StoreCase[] = [
  { name: "runs that ended badly alike are a group, the one with the latest end first", run: groups },
  { name: "groups are found by workflow and by when their runs were made", run: filters },
  { name: "groups are listed page by page, each once", run: pages },
  { name: "a run that is gone on with leaves its group, and ends in another", run: leaves },
  { name: "runs that are forgotten leave their group", run: forgets },
];

/** Run `number`, made at `epoch + number`, as it ends at `endedAt`. */
function failed(
  fence: Fence,
  number: number,
  failure: number | null,
  more: Partial<Failed> = {},
): AppendUnit {
  const { workflow = 0, version = 1, endedAt = epoch + 100 + number } = more;
  const birth = { createdAt: epoch + number, workflow: hashOf(workflow), version };
  const head = { ...endedAs("failed"), endedAt, failure: failure === null ? null : hashOf(failure) };
  return firstUnit(fence, number, { birth, head, ...(more.tenant ? { tenant: more.tenant } : {}) });
}

interface Failed {
  readonly workflow: number;
  readonly version: number;
  readonly endedAt: number;
  readonly tenant: AppendUnit["tenant"];
}

async function append(store: Store, units: readonly AppendUnit[]): Promise<void> {
  for (const { type } of await store.append(units)) assert(type === "appended", "the runs are there");
}

/** What is compared of each group. */
async function seen(store: Store, filter: FailureFilter = {}, limit = 50) {
  const found: FailureGroup[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Page<FailureGroup> = await store.overview.listFailures(tenant, filter, cursor, limit);
    assert(page.rows.length <= limit, "a page keeps to its limit");
    found.push(...page.rows);
    if (page.next === null) break;
    cursor = page.next;
  }
  return found.map(({ failure, workflow, versions, count, more, firstAt, lastAt, samples }) => ({
    failure: failure.at(-1),
    workflow: workflow.at(-1),
    versions,
    count,
    more,
    first: firstAt - epoch,
    last: lastAt - epoch,
    samples: samples.map((row) => row.createdAt - epoch),
  }));
}

async function groups(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  expectEqual(await seen(store), [], "of an empty store");
  await append(store, [
    failed(fence, 1, 7),
    failed(fence, 2, 7, { version: 3, endedAt: epoch + 500 }),
    failed(fence, 3, 8, { workflow: 4 }),
    failed(fence, 4, 7),
    failed(fence, 5, null),
    failed(fence, 6, 7, { version: 2 }),
    failed(fence, 7, 7, { tenant: tenantOf(2) }),
    firstUnit(fence, 8),
  ]);
  const expected = [
    {
      failure: 7,
      workflow: 0,
      versions: [1, 2, 3],
      count: 4,
      more: false,
      first: 101,
      last: 500,
      samples: [6, 4, 2],
    },
    { failure: 8, workflow: 4, versions: [1], count: 1, more: false, first: 103, last: 103, samples: [3] },
  ];
  expectEqual(await seen(store), expected, "groups");
  const { rows } = await store.overview.listFailures(tenant, {}, null, 1);
  const [sample] = rows[0]?.samples ?? [];
  expectEqual(sample, await store.readRun(tenant, failed(fence, 6, 7).run), "a sample is a row");
  expectEqual(sample?.failure, hashOf(7), "with its hash");
}

async function filters(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  await append(store, [
    failed(fence, 1, 7),
    failed(fence, 2, 7, { version: 2 }),
    failed(fence, 3, 8, { workflow: 4 }),
    failed(fence, 4, 7),
    failed(fence, 5, 9, { endedAt: epoch + 300 }),
  ]);
  const of = async (filter: FailureFilter) =>
    (await seen(store, filter)).map(({ failure, count, first, last }) => [failure, count, first, last]);
  expectEqual(await of({ workflow: hashOf(4) }), [[8, 1, 103, 103]], "of a workflow");
  expectEqual(await of({ workflow: hashOf(99) }), [], "of none");
  const from = { createdFrom: epoch + 2 };
  expectEqual(
    await of(from),
    [
      [9, 1, 300, 300],
      [7, 2, 102, 104],
      [8, 1, 103, 103],
    ],
    "made from",
  );
  expectEqual(
    await of({ ...from, createdTo: epoch + 4 }),
    [
      [7, 1, 102, 102],
      [8, 1, 103, 103],
    ],
    "made between",
  );
  expectEqual(await of({ createdFrom: epoch + 301 }), [], "after all");
  expectEqual(await of({ ...from, workflow: hashOf(4) }), [[8, 1, 103, 103]], "both");
}

async function pages(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const units = Array.from({ length: 40 }, (_, number) =>
    failed(fence, number, 100 + (number % 20), { endedAt: epoch + 100 + (number % 3) }),
  );
  await append(store, units);
  const all = await seen(store);
  expectEqual(all.length, 20, "groups");
  for (const limit of [1, 3, 7, 19, 20]) expectEqual(await seen(store, {}, limit), all, `pages of ${limit}`);
  const timed = { createdFrom: epoch + 10, createdTo: epoch + 20 };
  for (const limit of [1, 3, 50]) expectEqual((await seen(store, timed, limit)).length, 10, "in part");
}

async function leaves(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const first = failed(fence, 1, 7);
  await append(store, [first, failed(fence, 2, 7)]);
  const again = nextUnit(first, { head: { endedAt: null, failure: null, held: true } });
  await takeEnded(store, first);
  await append(store, [again]);
  const counts = async () => (await seen(store)).map(({ failure, count, last }) => [failure, count, last]);
  expectEqual(await counts(), [[7, 1, 102]], "while it goes on");
  const ended = nextUnit(again, { head: { ...endedAs("failed"), endedAt: epoch + 400, failure: hashOf(8) } });
  await append(store, [ended]);
  expectEqual(
    await counts(),
    [
      [8, 1, 400],
      [7, 1, 102],
    ],
    "when it ended",
  );
  const listed = await store.listRuns(tenant, { failure: hashOf(7) }, null, 5);
  expectEqual(
    listed.rows.map(({ run }) => run),
    [failed(fence, 2, 7).run],
    "of the group before",
  );
  const well = nextUnit(nextUnit(ended, { head: { endedAt: null, failure: null } }), {
    head: endedAs("failed"),
  });
  await takeEnded(store, ended);
  await append(store, [nextUnit(ended, { head: { endedAt: null, failure: null } }), well]);
  expectEqual(await counts(), [[7, 1, 102]], "a group without runs is none");
}

async function forgets(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  await append(store, [failed(fence, 1, 7), failed(fence, 2, 7), failed(fence, 3, 8)]);
  expectEqual(await store.dropEnded(fence, epoch + 1_101, 1), 1, "the first");
  const counts = async () => (await seen(store)).map(({ failure, count, first }) => [failure, count, first]);
  expectEqual(
    await counts(),
    [
      [8, 1, 103],
      [7, 1, 102],
    ],
    "what is left",
  );
  expectEqual(await store.dropEnded(fence, epoch + 10_000, 10), 2, "the others");
  expectEqual(await counts(), [], "nothing");
  expectEqual((await store.listRuns(tenant, { failure: hashOf(7) }, null, 5)).rows, [], "no run");
}
