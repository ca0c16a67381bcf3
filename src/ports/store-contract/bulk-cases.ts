// The store's contract: actions on many runs, and what became of each.

import { type BulkId, newBulkId } from "../../value/id.ts";
import type { NewBulk } from "../bulk-store.ts";
import type { Fence, Store } from "../store.ts";
import { expectEqual, expectError } from "./expect.ts";
import { bytesOf, epoch, leaseAt, runOf, tenantOf } from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const tenant = tenantOf(1);
const max = 3;

export const bulkCases: readonly StoreCase[] = [
  { name: "a bulk action is dealt with run by run, each once, to its end", run: settles },
  { name: "one that was aborted deals with nothing more, and notes what was under way", run: aborts },
  { name: "one whose node is gone is taken by another, where its tenant is open", run: claims },
  { name: "one that was let go is nobody's until it is claimed", run: releases },
  { name: "so many of a tenant run at once, and one is made once", run: bounds },
  { name: "one is found by the key that began it, which begins no other", run: found },
  { name: "bulk actions are listed newest first, and forgotten after their end", run: lists },
];

function bulkOf(number: number, more: Partial<NewBulk> = {}): NewBulk {
  const id = newBulkId(epoch + number, bytesOf(number, 10));
  return { tenant, id, action: "rerun", createdAt: epoch + number, by: null, ...more };
}

const runs = [4, 9, 2].map((number) => runOf(number));

async function begin(store: Store, fence: Fence, number = 1): Promise<BulkId> {
  const bulk = bulkOf(number);
  expectEqual(await store.bulks.create(fence, bulk, runs, max), "created", "created");
  return bulk.id;
}

async function settles(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const id = await begin(store, fence);
  const { by: _, ...bulk } = bulkOf(1);
  const row = { ...bulk, state: "running", endedAt: null, total: 3, done: 0, refused: 0 };
  expectEqual(await store.bulks.read(tenant, id), row, "at its beginning");
  const open = runs.map((run, place) => ({ place, run, done: false, code: null, created: null }));
  expectEqual(await store.bulks.pending(tenant, id, 5), open, "what is to be done");
  const first = { place: 1, code: null, created: runOf(50) };
  expectEqual(await store.bulks.settle(fence, tenant, id, [first], epoch + 5), { ...row, done: 1 }, "one");
  const again = await store.bulks.settle(
    fence,
    tenant,
    id,
    [{ place: 1, code: "x", created: null }],
    epoch + 6,
  );
  expectEqual(again, { ...row, done: 1 }, "once");
  expectEqual(await store.bulks.pending(tenant, id, 5), [open[0], open[2]], "what is left");
  expectEqual(await store.bulks.pending(tenant, id, 1), [open[0]], "so many");
  const others = [0, 2].map((place) => ({
    place,
    code: place === 0 ? "run_not_ended" : null,
    created: null,
  }));
  const ended = { ...row, state: "done", endedAt: epoch + 7, done: 3, refused: 1 };
  expectEqual(await store.bulks.settle(fence, tenant, id, others, epoch + 7), ended, "the last");
  expectEqual(await store.bulks.read(tenant, id), ended, "stored");
  expectEqual(await store.bulks.abort(tenant, id, epoch + 8), ended, "it cannot be aborted any more");
  const page = await store.bulks.runs(tenant, id, false, null, 2);
  const [zero, one] = [
    { ...open[0], done: true, code: "run_not_ended" },
    { ...open[1], done: true, created: runOf(50) },
  ];
  expectEqual(page.rows, [zero, one], "a page of results");
  const rest = await store.bulks.runs(tenant, id, false, page.next, 2);
  expectEqual(rest, { rows: [{ ...open[2], done: true }], next: null }, "the last page");
  expectEqual((await store.bulks.runs(tenant, id, true, null, 5)).rows, [zero], "those that were refused");
  expectEqual((await store.bulks.runs(tenantOf(2), id, false, null, 5)).rows, [], "of another tenant");
  await expectError("invalid_cursor", "a forged cursor", () => store.bulks.runs(tenant, id, false, "x", 5));
}

async function aborts(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const id = await begin(store, fence);
  expectEqual(await store.bulks.abort(tenantOf(2), id, epoch), null, "another tenant has none");
  const aborted = await store.bulks.abort(tenant, id, epoch + 3);
  expectEqual([aborted?.state, aborted?.endedAt], ["aborted", epoch + 3], "aborted");
  expectEqual((await store.bulks.abort(tenant, id, epoch + 4))?.endedAt, epoch + 3, "once");
  const noted = await store.bulks.settle(
    fence,
    tenant,
    id,
    [{ place: 0, code: null, created: null }],
    epoch + 5,
  );
  expectEqual([noted?.state, noted?.done, noted?.endedAt], ["aborted", 1, epoch + 3], "what was under way");
  const all = [1, 2].map((place) => ({ place, code: null, created: null }));
  expectEqual((await store.bulks.settle(fence, tenant, id, all, epoch + 6))?.state, "aborted", "it stays so");
  expectEqual(await store.bulks.claim(fence, epoch, [tenant], 5), [], "nobody goes on with it");
}

async function claims(store: Store): Promise<void> {
  const first = await store.openLease(leaseAt(epoch, "a"));
  const id = await begin(store, first);
  expectEqual(
    (await store.bulks.claim(first, epoch, [tenant], 5)).map((row) => row.id),
    [id],
    "its own",
  );
  await store.closeLease(first, []);
  const second = await store.openLease(leaseAt(epoch, "b"));
  expectEqual(await store.bulks.settle(first, tenant, id, [], epoch), null, "of a lease that ended");
  expectEqual(await store.bulks.settle(second, tenant, id, [], epoch), null, "not held by it");
  expectEqual(await store.bulks.claim(second, epoch, [tenantOf(2)], 5), [], "of a tenant that is not open");
  expectEqual(await store.bulks.claim(second, epoch, [], 5), [], "of none");
  expectEqual(await store.bulks.claim(first, epoch, [tenant], 5), [], "by a lease that ended");
  const [row] = await store.bulks.claim(second, epoch, [tenantOf(2), tenant], 5);
  expectEqual([row?.id, row?.state], [id, "running"], "taken");
  const noted = await store.bulks.settle(
    second,
    tenant,
    id,
    [{ place: 0, code: null, created: null }],
    epoch,
  );
  expectEqual(noted?.done, 1, "gone on with");
}

async function releases(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch, "a"));
  const id = await begin(store, fence);
  const settled = async () => (await store.bulks.settle(fence, tenant, id, [], epoch)) !== null;
  await store.bulks.claim(fence + 1, epoch, [tenantOf(2)], 5);
  expectEqual(await settled(), true, "what another lease does not hold it does not let go");
  await store.bulks.claim(fence, epoch, [tenantOf(2), tenant], 5);
  expectEqual(await settled(), true, "it stays while its tenant is open");
  for (const open of [[tenantOf(2)], []]) {
    await store.bulks.claim(fence, epoch, open, 5);
    expectEqual(await settled(), false, "it is let go");
    if (open.length > 0) await store.bulks.claim(fence, epoch, [tenant], 5);
  }
  expectEqual((await store.bulks.read(tenant, id))?.state, "running", "and stays as it was");
  const [row] = await store.bulks.claim(fence, epoch, [tenant], 5);
  expectEqual([row?.id, await settled()], [id, true], "who claims it goes on with it");
}

async function bounds(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const ids = [await begin(store, fence, 1), await begin(store, fence, 2), await begin(store, fence, 3)];
  expectEqual(await store.bulks.create(fence, bulkOf(4), runs, max), "too_many", "one more");
  expectEqual(await store.bulks.create(fence, bulkOf(3), [], max), "created", "the same once more");
  expectEqual((await store.bulks.read(tenant, ids[2] as BulkId))?.total, 3, "is as it was");
  const other = bulkOf(5, { tenant: tenantOf(2) });
  expectEqual(await store.bulks.create(fence, other, runs, max), "created", "of another tenant");
  await store.bulks.abort(tenant, ids[0] as BulkId, epoch);
  const empty = bulkOf(6);
  expectEqual(await store.bulks.create(fence, empty, [], max), "created", "when one has ended");
  const row = await store.bulks.read(tenant, empty.id);
  expectEqual([row?.state, row?.endedAt, row?.total], ["done", epoch + 6, 0], "of no run it is done");
  await store.closeLease(fence, []);
  expectEqual(await store.bulks.create(fence, bulkOf(7), runs, max), "stale_fence", "without a lease");
}

async function found(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const by = { key: bytesOf(7, 32), asked: bytesOf(8, 32) };
  const { bulks } = store;
  expectEqual(await bulks.readBegun(tenant, by.key), null, "none yet");
  const first = bulkOf(1, { by });
  expectEqual(await bulks.create(fence, first, runs, 1), "created", "the first");
  const other = bulkOf(2, { by: { ...by, asked: bytesOf(9, 32) } });
  expectEqual(
    await bulks.create(fence, other, runs, 1),
    "begun",
    "another by this key, also where no more may run",
  );
  expectEqual(await bulks.create(fence, first, runs, 1), "created", "the same once more");
  expectEqual(await bulks.read(tenant, other.id), null, "it was not made");
  const told = await bulks.readBegun(tenant, by.key);
  expectEqual([told?.row.id, told?.asked], [first.id, by.asked], "by its key");
  expectEqual(await bulks.readBegun(tenantOf(2), by.key), null, "of another tenant");
  const theirs = bulkOf(3, { by, tenant: tenantOf(2) });
  expectEqual(await bulks.create(fence, theirs, runs, 1), "created", "the same key of another tenant");
  await bulks.abort(tenant, first.id, epoch + 5);
  expectEqual(await bulks.create(fence, other, runs, max), "begun", "also once it has ended");
  await bulks.drop(epoch + 6, 5);
  expectEqual(await bulks.create(fence, other, runs, max), "created", "until it is forgotten");
}

async function lists(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const ids = [await begin(store, fence, 1), await begin(store, fence, 2), await begin(store, fence, 3)];
  const page = await store.bulks.list(tenant, null, 2);
  expectEqual(
    page.rows.map(({ id }) => id),
    [ids[2], ids[1]],
    "newest first",
  );
  const rest = await store.bulks.list(tenant, page.next, 2);
  expectEqual([rest.rows.map(({ id }) => id), rest.next], [[ids[0]], null], "the last page");
  expectEqual((await store.bulks.list(tenantOf(2), null, 2)).rows, [], "of another tenant");
  for (const [index, id] of ids.entries()) await store.bulks.abort(tenant, id, epoch + index);
  expectEqual(await store.bulks.drop(epoch + 2, 1), 1, "so many at once");
  expectEqual(await store.bulks.drop(epoch + 2, 5), 1, "those that ended before");
  const left = await store.bulks.list(tenant, null, 5);
  expectEqual(
    left.rows.map(({ id }) => id),
    [ids[2]],
    "the others stay",
  );
  expectEqual((await store.bulks.runs(tenant, ids[0] as BulkId, false, null, 5)).rows, [], "with its runs");
}
