// The store's contract: what waits in the inbox, and the hooks by which it came.

import { type ItemId, newItemId } from "../../value/id.ts";
import type { InboxItem, InboxOutcome } from "../inbox-store.ts";
import type { Store } from "../store.ts";
import { expectEqual, expectResults } from "./expect.ts";
import { hookId, hookSample } from "./hook-sample.ts";
import { roomFor } from "./room-for.ts";
import { bytesOf, endedAs, epoch, firstUnit, hashOf, leaseAt, runOf, tenantOf } from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const [tenant, other] = [tenantOf(1), tenantOf(2)];
const nothing = new Uint8Array(0);

export const inboxCases: readonly StoreCase[] = [
  { name: "items wait in the order in which they came", run: waitsInOrder },
  { name: "an item comes back as it was put", run: keepsItems },
  { name: "a hook has so many waiting items as it may, others have their own", run: keepsQuotas },
  { name: "what waits has so many bytes as it may, of a hook and in all", run: keepsBytes },
  { name: "an item is settled once", run: settlesOnce },
  { name: "what is kept of an item stands for what came, under the same key only", run: keepsOther },
  { name: "a run that an item starts settles it with the same write, once", run: startsRuns },
  { name: "what was started keeps nothing sealed, the others do", run: forgetsSealed },
  { name: "items expire when their time has come", run: expires },
  { name: "settled items are forgotten, and their numbers never given again", run: drops },
  { name: "items are listed by state and hook, page by page", run: lists },
  { name: "inboxes of tenants are apart", run: separates },
  { name: "of puts made at once of one item one stands", run: putsConcurrently },
  { name: "hooks are listed with what waits of them", run: countsHooks },
];

function itemId(number: number): ItemId {
  return newItemId(epoch, bytesOf(number, 10));
}

function item(number: number, changes: Partial<InboxItem> = {}): InboxItem {
  return {
    tenant,
    id: itemId(number),
    kind: "start",
    once: null,
    hook: null,
    workflow: null,
    trigger: null,
    receivedAt: epoch + number,
    expiresAt: epoch + 1_000,
    key: bytesOf(number, 113),
    sealed: bytesOf(number, 300),
    ...changes,
  };
}

async function noOf(store: Store, number: number, owner = tenant): Promise<number> {
  return (await store.inbox.read(owner, itemId(number)))?.no ?? 0;
}

async function waitingIds(store: Store, owner = tenant): Promise<readonly ItemId[]> {
  return (await store.inbox.waiting(owner, 0, 100)).map(({ id }) => id);
}

async function outcome(store: Store, number: number, changes: Partial<InboxOutcome> = {}) {
  return { no: await noOf(store, number), state: "started", run: null, reason: null, ...changes } as const;
}

async function waitsInOrder(store: Store): Promise<void> {
  for (const number of [5, 3, 9, 1]) {
    const put = await store.inbox.put(item(number), roomFor(100));
    expectEqual(put, { type: "waiting", id: itemId(number) }, `item ${number}`);
  }
  expectEqual(await waitingIds(store), [5, 3, 9, 1].map(itemId), "all");
  const [first, second] = await store.inbox.waiting(tenant, 0, 2);
  expectEqual([first?.id, second?.id], [5, 3].map(itemId), "the first two");
  const rest = await store.inbox.waiting(tenant, second?.no ?? 0, 10);
  expectEqual(
    rest.map(({ id }) => id),
    [9, 1].map(itemId),
    "those behind them",
  );
}

async function keepsItems(store: Store): Promise<void> {
  const trigger = { version: 7, place: 0, event: null };
  const workflow = hashOf(3);
  const puts = [
    item(1, { kind: "signal", once: hashOf(1), sealed: bytesOf(9, 70_000) }),
    item(2, { kind: "cron", workflow, trigger, hook: hookId(4), sealed: nothing }),
    item(3, { kind: "event", workflow, trigger: { ...trigger, event: hashOf(8), place: 255 } }),
  ];
  const fresh = { state: "waiting", run: null, reason: null, settledAt: null };
  for (const put of puts) {
    await store.inbox.put(put, roomFor(100));
    const row = await store.inbox.read(tenant, put.id);
    expectEqual(row, { ...put, ...fresh, no: row?.no }, put.kind);
    expectEqual((await store.inbox.waiting(tenant, (row?.no ?? 0) - 1, 1))[0], row, `${put.kind} waiting`);
  }
  expectEqual(await store.inbox.read(tenant, itemId(99)), null, "none");
}

async function keepsQuotas(store: Store): Promise<void> {
  const put = async (number: number, changes: Partial<InboxItem> = {}) =>
    (await store.inbox.put(item(number, changes), roomFor(2))).type;
  const first = hookId(1);
  expectEqual([await put(1, { hook: first }), await put(2, { hook: first })], ["waiting", "waiting"], "room");
  expectEqual(await put(3, { hook: first }), "full", "no room");
  expectEqual(
    [await store.inbox.count(tenant, first), await store.inbox.count(tenant, null)],
    [2, 0],
    "counts",
  );
  expectEqual(await store.inbox.read(tenant, itemId(3)), null, "nothing was put");
  expectEqual(await put(4, { hook: hookId(2) }), "waiting", "another hook");
  expectEqual([await put(5), await put(6), await put(7)], ["waiting", "waiting", "full"], "without a hook");
  expectEqual(await put(8, { hook: first, tenant: other }), "waiting", "another tenant's");
  await store.inbox.settle(tenant, [await outcome(store, 1, { state: "rejected" })], epoch);
  expectEqual(
    [await put(9, { hook: first }), await put(10, { hook: first })],
    ["waiting", "full"],
    "room again",
  );
  await store.inbox.expire(epoch + 1_000, 100);
  expectEqual(await put(11, { hook: first }), "waiting", "what expired makes room");
}

async function keepsBytes(store: Store): Promise<void> {
  const room = { items: 100, hookBytes: 100, bytes: 250 };
  const put = async (number: number, size: number, changes: Partial<InboxItem> = {}) =>
    (await store.inbox.put(item(number, { sealed: bytesOf(number, size), ...changes }), room)).type;
  const [first, second] = [{ hook: hookId(1) }, { hook: hookId(2) }];
  expectEqual([await put(1, 60, first), await put(2, 41, first)], ["waiting", "bytes_full"], "of a hook");
  expectEqual(
    [await put(3, 40, first), await put(4, 1, first)],
    ["waiting", "bytes_full"],
    "to the last byte",
  );
  expectEqual(
    [await put(5, 101, second), await put(6, 100, second)],
    ["bytes_full", "waiting"],
    "of another",
  );
  expectEqual(
    [await put(7, 51), await put(8, 50), await put(9, 1)],
    ["bytes_full", "waiting", "bytes_full"],
    "in all",
  );
  expectEqual(await store.inbox.bytes(tenant), 250, "bytes");
  expectEqual(
    [await store.inbox.bytes(other), await put(10, 100, { tenant: other })],
    [0, "waiting"],
    "another tenant's",
  );
  await store.inbox.settle(
    tenant,
    [await outcome(store, 1), await outcome(store, 6, { state: "rejected" })],
    epoch,
  );
  await store.inbox.settle(tenant, [await outcome(store, 1)], epoch);
  expectEqual(await store.inbox.bytes(tenant), 90, "what is taken frees its bytes, once");
  expectEqual(
    [await put(11, 61, first), await put(12, 60, first)],
    ["bytes_full", "waiting"],
    "of the hook, too",
  );
  await store.inbox.expire(epoch + 1_000, 100);
  expectEqual(await store.inbox.bytes(tenant), 0, "what expired frees them");
}

async function settlesOnce(store: Store): Promise<void> {
  for (const number of [1, 2, 3]) await store.inbox.put(item(number), roomFor(10));
  const [run, second] = [runOf(1), runOf(2)];
  const started = await outcome(store, 1, { run });
  const rejected = await outcome(store, 3, { state: "rejected", reason: "schema_mismatch" });
  await store.inbox.settle(tenant, [started, rejected, { ...started, no: 999 }], epoch + 5);
  await store.inbox.settle(tenant, [{ ...started, run: second }], epoch + 9);
  await store.inbox.settle(other, [await outcome(store, 2)], epoch + 9);
  const states = [];
  for (const number of [1, 2, 3]) {
    const row = await store.inbox.read(tenant, itemId(number));
    states.push([row?.state, row?.run, row?.reason, row?.settledAt]);
  }
  const expected = [
    ["started", run, null, epoch + 5],
    ["waiting", null, null, null],
    ["rejected", null, "schema_mismatch", epoch + 5],
  ];
  expectEqual(states, expected, "the first to settle it says how");
  expectEqual(await waitingIds(store), [itemId(2)], "what waits");
}

async function keepsOther(store: Store): Promise<void> {
  for (const number of [1, 2, 3]) await store.inbox.put(item(number), roomFor(10));
  const keptOf = async (number: number, key: Uint8Array) =>
    outcome(store, number, { state: "rejected", kept: { key, sealed: bytesOf(77, 20) } });
  const [{ key }, otherKey] = [item(1), bytesOf(99, 40)];
  await store.inbox.settle(tenant, [await keptOf(1, key), await keptOf(2, otherKey)], epoch);
  await store.inbox.settle(tenant, [await outcome(store, 3, { state: "rejected" })], epoch);
  const rows = await Promise.all([1, 2, 3].map((number) => store.inbox.read(tenant, itemId(number))));
  expectEqual(
    rows.map((row) => [row?.state, row?.sealed]),
    [
      ["rejected", bytesOf(77, 20)],
      ["waiting", item(2).sealed],
      ["rejected", item(3).sealed],
    ],
    "what is kept",
  );
  expectEqual(await store.inbox.bytes(tenant), item(2).sealed.length, "what waits is counted as it came");
}

async function startsRuns(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  for (const number of [1, 2]) await store.inbox.put(item(number, { hook: hookId(1) }), roomFor(10));
  const [first, second] = [await noOf(store, 1), await noOf(store, 2)];
  const run = firstUnit(fence, 1, { extra: { item: first }, birth: { startKey: hashOf(5) } });
  const again = firstUnit(fence, 2, { extra: { item: first } });
  const same = firstUnit(fence, 3, { extra: { item: second }, birth: { startKey: hashOf(5) } });
  const foreign = firstUnit(fence, 4, { extra: { item: second }, tenant: other });
  const results = await store.append([
    run,
    again,
    same,
    foreign,
    firstUnit(fence, 5, { extra: { item: 999 } }),
  ]);
  const expected = ["appended", "item_settled", "start_exists", "item_settled", "item_settled"] as const;
  expectResults(results, expected, "the first");
  expectEqual(await store.readRun(tenant, again.run), null, "nothing else was changed");
  const row = await store.inbox.read(tenant, itemId(1));
  expectEqual([row?.state, row?.run, row?.settledAt], ["started", run.run, epoch], "settled");
  expectEqual(row?.sealed, nothing, "and forgotten");
  expectEqual(
    [await waitingIds(store), await store.inbox.count(tenant, hookId(1))],
    [[itemId(2)], 1],
    "the rest",
  );
  const ends = firstUnit(fence, 6, { extra: { item: second }, head: endedAs("completed") });
  expectResults(await store.append([ends]), ["appended"], "one that ends at once");
  expectEqual((await store.inbox.read(tenant, itemId(2)))?.run, ends.run, "settled");
}

async function forgetsSealed(store: Store): Promise<void> {
  for (const number of [1, 2, 3]) await store.inbox.put(item(number), roomFor(10));
  const outcomes = [await outcome(store, 1), await outcome(store, 2, { state: "rejected" })];
  await store.inbox.settle(tenant, outcomes, epoch);
  await store.inbox.expire(epoch + 1_000, 100);
  const sealed = async (number: number) => (await store.inbox.read(tenant, itemId(number)))?.sealed;
  expectEqual(await sealed(1), nothing, "started");
  expectEqual([await sealed(2), await sealed(3)], [bytesOf(2, 300), bytesOf(3, 300)], "rejected, expired");
}

async function expires(store: Store): Promise<void> {
  for (const number of [1, 2, 3]) {
    await store.inbox.put(
      item(number, { expiresAt: epoch + 100 - number, tenant: tenantOf(number) }),
      roomFor(10),
    );
  }
  expectEqual(await store.inbox.expire(epoch + 96, 10), 0, "none is due");
  expectEqual(await store.inbox.expire(epoch + 200, 2), 2, "the two that are due first");
  const states = [];
  for (const number of [1, 2, 3]) {
    const row = await store.inbox.read(tenantOf(number), itemId(number));
    states.push([row?.state, row?.settledAt]);
  }
  expectEqual(
    states,
    [
      ["waiting", null],
      ["expired", epoch + 200],
      ["expired", epoch + 200],
    ],
    "the others",
  );
  expectEqual(await store.inbox.expire(epoch + 99, 10), 1, "at its very time");
  expectEqual(await store.inbox.expire(epoch + 99, 10), 0, "none is left");
}

async function drops(store: Store): Promise<void> {
  for (const number of [1, 2, 3]) await store.inbox.put(item(number, { once: hashOf(number) }), roomFor(10));
  const last = await noOf(store, 3);
  await store.inbox.settle(tenant, [await outcome(store, 3), await outcome(store, 1)], epoch);
  expectEqual(await store.inbox.drop(epoch, 10), 0, "not before its time");
  expectEqual([await store.inbox.drop(epoch + 1, 1), await store.inbox.drop(epoch + 1, 9)], [1, 1], "both");
  expectEqual(await waitingIds(store), [itemId(2)], "what waits stays");
  await store.inbox.put(item(4, { once: hashOf(3) }), roomFor(10));
  expectEqual((await noOf(store, 4)) > last, true, "a new number, and it may come again");
}

async function lists(store: Store): Promise<void> {
  for (const number of [1, 2, 3, 4, 5]) {
    await store.inbox.put(item(number, { hook: number % 2 === 0 ? hookId(1) : null }), roomFor(10));
  }
  await store.inbox.settle(
    tenant,
    [await outcome(store, 2), await outcome(store, 3, { state: "rejected" })],
    epoch,
  );
  const ids = async (filter: Parameters<Store["inbox"]["list"]>[1]) => {
    const found: ItemId[] = [];
    for (let cursor: string | null = null; ; ) {
      const page: Awaited<ReturnType<Store["inbox"]["list"]>> = await store.inbox.list(
        tenant,
        filter,
        cursor,
        2,
      );
      found.push(...page.rows.map(({ id }) => id));
      for (const row of page.rows) expectEqual(["key" in row, "sealed" in row], [false, false], "unsealed");
      if (page.next === null) return found;
      cursor = page.next;
    }
  };
  expectEqual(await ids({}), [1, 2, 3, 4, 5].map(itemId), "all");
  expectEqual(await ids({ states: ["rejected"] }), [itemId(3)], "rejected");
  expectEqual(await ids({ states: ["waiting", "started"] }), [1, 2, 4, 5].map(itemId), "two states");
  expectEqual(await ids({ hook: hookId(1) }), [2, 4].map(itemId), "a hook");
  expectEqual(await ids({ hook: hookId(1), states: ["waiting"] }), [itemId(4)], "both");
  expectEqual(await ids({ hook: hookId(2) }), [], "a hook without items");
}

async function separates(store: Store): Promise<void> {
  await store.inbox.put(item(1), roomFor(10));
  await store.inbox.put(item(1, { tenant: other, sealed: bytesOf(7, 20) }), roomFor(10));
  await store.inbox.settle(other, [{ ...(await outcome(store, 1)), no: await noOf(store, 1, other) }], epoch);
  expectEqual(await waitingIds(store), [itemId(1)], "the tenant's");
  expectEqual(await waitingIds(store, other), [], "the other's");
  expectEqual((await store.inbox.list(other, {}, null, 10)).rows.length, 1, "its list");
}

async function putsConcurrently(store: Store): Promise<void> {
  const once = hashOf(1);
  const puts = [1, 2, 3, 4].map((number) => store.inbox.put(item(number, { once }), roomFor(10)));
  const results = await Promise.all(puts);
  expectEqual(results.filter(({ type }) => type === "waiting").length, 1, "one stands");
  expectEqual((await waitingIds(store)).length, 1, "one waits");
}

async function countsHooks(store: Store): Promise<void> {
  for (const number of [3, 1, 2]) await store.hooks.put(hookSample(number), 100);
  await store.hooks.put(hookSample(4, { tenant: other }), 100);
  await store.inbox.put(item(1, { hook: hookId(2) }), roomFor(10));
  await store.inbox.put(item(2, { hook: hookId(2) }), roomFor(10));
  await store.inbox.put(item(3, { hook: hookId(3) }), roomFor(10));
  const counts = async () =>
    (await store.hooks.list(tenant, null, 200)).rows.map(({ id, waiting }) => [id, waiting]);
  expectEqual(
    await counts(),
    [
      [hookId(3), 1],
      [hookId(2), 2],
      [hookId(1), 0],
    ],
    "the newest first",
  );
  expectEqual(await store.inbox.countAll(tenant), 3, "in all");
  expectEqual(await store.inbox.countAll(other), 0, "none of the other's");
  const first = await store.hooks.list(tenant, null, 2);
  expectEqual(
    first.rows.map(({ id }) => id),
    [hookId(3), hookId(2)],
    "a page",
  );
  const rest = await store.hooks.list(tenant, first.next, 2);
  expectEqual([rest.rows.map(({ id }) => id), rest.next], [[hookId(1)], null], "the page after");
  expectEqual((await store.hooks.read(tenant, hookId(2)))?.waiting, 2, "one of them");
  expectEqual(await store.hooks.read(other, hookId(2)), null, "not the other's");
  await store.inbox.settle(tenant, [await outcome(store, 1)], epoch);
  expectEqual((await counts())[1], [hookId(2), 1], "one less");
}
