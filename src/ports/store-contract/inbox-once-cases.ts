// The store's contract: what makes two items of the inbox one.

import { type ItemId, newItemId } from "../../value/id.ts";
import type { InboxItem, InboxKind, InboxOutcome } from "../inbox-store.ts";
import type { Store } from "../store.ts";
import { expectEqual } from "./expect.ts";
import { roomFor } from "./room-for.ts";
import { bytesOf, epoch, hashOf, tenantOf } from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const [tenant, other] = [tenantOf(1), tenantOf(2)];

export const inboxOnceCases: readonly StoreCase[] = [
  { name: "an item of the same kind of once comes once, also after it was started", run: comesOnce },
  {
    name: "what was sent and came to nothing may come again, a due time and an event may not",
    run: comesAgain,
  },
  { name: "so many answers to a callback wait as may, and so many bytes of them", run: boundsCallbacks },
];

function itemId(number: number): ItemId {
  return newItemId(epoch, bytesOf(number, 10));
}

function item(number: number, changes: Partial<InboxItem> = {}): InboxItem {
  return {
    ...{ tenant, id: itemId(number), kind: "start", once: null, hook: null, workflow: null, trigger: null },
    ...{ receivedAt: epoch + number, expiresAt: epoch + 1_000 },
    ...{ key: bytesOf(number, 113), sealed: bytesOf(number, 300) },
    ...changes,
  };
}

async function settle(store: Store, number: number, state: InboxOutcome["state"]): Promise<void> {
  const no = (await store.inbox.read(tenant, itemId(number)))?.no ?? 0;
  await store.inbox.settle(tenant, [{ no, state, run: null, reason: null }], epoch);
}

async function waitingIds(store: Store): Promise<readonly ItemId[]> {
  return (await store.inbox.waiting(tenant, 0, 100)).map(({ id }) => id);
}

async function comesOnce(store: Store): Promise<void> {
  const once = hashOf(1);
  await store.inbox.put(item(1, { once }), roomFor(1));
  const again = { type: "repeated", id: itemId(1) };
  const full = await store.inbox.put(item(2, { once }), roomFor(1));
  expectEqual(full, again, "while it waits, though nothing has room");
  await settle(store, 1, "started");
  expectEqual(await store.inbox.put(item(3, { once, kind: "cron" }), roomFor(1)), again, "started");
  const elsewhere = await store.inbox.put(item(4, { once, tenant: other }), roomFor(1));
  expectEqual(elsewhere.type, "waiting", "another tenant's");
  expectEqual((await store.inbox.put(item(5, { once: hashOf(2) }), roomFor(1))).type, "waiting", "another");
  expectEqual(await waitingIds(store), [itemId(5)], "what waits");
}

async function comesAgain(store: Store): Promise<void> {
  const kinds: readonly InboxKind[] = ["start", "signal", "callback", "cron", "event"];
  const put = async (number: number, kind: InboxKind, once: number) =>
    (await store.inbox.put(item(number, { kind, once: hashOf(once) }), roomFor(100))).type;
  for (const [at, kind] of kinds.entries()) {
    await put(at, kind, at);
    await put(at + 10, kind, at + 10);
    await settle(store, at, "rejected");
  }
  await store.inbox.expire(epoch + 1_000, 100);
  const again = [];
  for (const [at, kind] of kinds.entries()) {
    again.push([await put(at + 20, kind, at), await put(at + 30, kind, at + 10)]);
    const row = await store.inbox.read(tenant, itemId(at));
    expectEqual(row?.state, "rejected", "what it was judged to be stays");
  }
  const [waits, repeated] = [
    ["waiting", "waiting"],
    ["repeated", "repeated"],
  ];
  expectEqual(again, [waits, waits, waits, repeated, repeated], kinds.join(", "));
}

async function boundsCallbacks(store: Store): Promise<void> {
  const put = async (number: number, callback: number, size = 10, changes: Partial<InboxItem> = {}) => {
    const prefix = bytesOf(callback, 16);
    const once = new Uint8Array([...prefix, ...bytesOf(number, 30)]);
    const room = { ...roomFor(100), calledBack: { prefix, items: 3, bytes: 100 } };
    const sealed = bytesOf(number, size);
    return (await store.inbox.put(item(number, { kind: "callback", once, sealed, ...changes }), room)).type;
  };
  const [first, second] = [0xff, 0xfe];
  expectEqual(
    [await put(1, first), await put(2, first), await put(3, first)],
    Array(3).fill("waiting"),
    "room",
  );
  expectEqual(await put(4, first), "callback_full", "as many as may");
  expectEqual(await put(3, first), "repeated", "one of them again");
  expectEqual(await put(5, second, 90), "waiting", "another callback");
  expectEqual([await put(6, second, 11), await put(7, second, 10)], ["callback_full", "waiting"], "bytes");
  expectEqual(await put(8, first, 10, { tenant: other }), "waiting", "another tenant's");
  await settle(store, 1, "started");
  await settle(store, 2, "rejected");
  expectEqual([await put(9, first), await put(10, first)], ["waiting", "waiting"], "room again");
  expectEqual(await put(11, first), "callback_full", "and no more");
}
