// The store's contract: what came by hooks, what became of it, and how much of it is kept.

import { type DeliveryId, type HookId, newDeliveryId, newHookId, newItemId } from "../../value/id.ts";
import type { DeliveryBounds, DeliveryRow, DeliveryState } from "../delivery-store.ts";
import type { Store } from "../store.ts";
import { expectEqual } from "./expect.ts";
import { itemOf } from "./key-sample.ts";
import { roomFor } from "./room-for.ts";
import { bytesOf, epoch, runOf, tenantOf } from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const [tenant, other] = [tenantOf(1), tenantOf(2)];
const wide: DeliveryBounds = { accepted: 100, refused: 100, bytes: 100_000 };

export const deliveryCases: readonly StoreCase[] = [
  { name: "a delivery comes back as it was put", run: keepsDeliveries },
  { name: "a delivery shows what became of its item", run: followsItems },
  { name: "deliveries of a hook are listed by state, the newest first, page by page", run: listsNewest },
  { name: "of a hook the newest deliveries are kept, of those refused apart", run: keepsNewest },
  { name: "of a hook so many bytes of deliveries are kept", run: keepsBytes },
  { name: "deliveries are forgotten when their time has come", run: dropsDeliveries },
  { name: "deliveries of hooks are read in the order in which they came, from a cursor on", run: readsSince },
  { name: "deliveries of tenants are apart", run: separatesDeliveries },
];

function idOf(number: number): DeliveryId {
  return newDeliveryId(epoch + number, bytesOf(number, 10));
}

function hookId(number: number): HookId {
  return newHookId(epoch, bytesOf(number, 10));
}

function delivery(number: number, changes: Partial<DeliveryRow> = {}): DeliveryRow {
  return {
    tenant,
    id: idOf(number),
    hook: hookId(1),
    receivedAt: epoch + number,
    expiresAt: epoch + 1_000,
    run: runOf(number),
    item: null,
    repeated: false,
    reason: null,
    replayOf: null,
    key: bytesOf(number, 77),
    sealed: bytesOf(number, 300),
    ...changes,
  };
}

const refused = { run: null, reason: "signature_invalid" } as const;

async function put(store: Store, rows: readonly DeliveryRow[], bounds = wide): Promise<void> {
  const puts = await store.deliveries.put(rows, bounds);
  expectEqual(
    puts,
    rows.map(() => "put"),
    "all are put",
  );
}

async function listed(store: Store, states: readonly DeliveryState[] | null = null, hook = 1) {
  const { rows } = await store.deliveries.list(tenant, hookId(hook), states, null, 200);
  for (const row of rows) expectEqual(["key" in row, "sealed" in row], [false, false], "unsealed");
  return rows.map(({ id }) => id);
}

const ids = (...numbers: readonly number[]) => numbers.map(idOf);

async function keepsDeliveries(store: Store): Promise<void> {
  const again = { repeated: true, replayOf: idOf(1) };
  const rows = [delivery(1), delivery(2, { ...refused, sealed: bytesOf(9, 70_000) }), delivery(3, again)];
  await put(store, rows);
  const states = ["started", "refused", "started"];
  for (const [at, row] of rows.entries())
    expectEqual(await store.deliveries.read(tenant, row.id), { ...row, state: states[at] }, row.id);
  expectEqual(await store.deliveries.read(tenant, idOf(9)), null, "none");
}

async function followsItems(store: Store): Promise<void> {
  const item = newItemId(epoch, bytesOf(1, 10));
  await store.inbox.put(itemOf(1, bytesOf(1, 77)), roomFor(10));
  await put(store, [
    delivery(1, { run: null, item }),
    delivery(2, { run: null, item: newItemId(epoch, bytesOf(9, 10)) }),
  ]);
  const seen = async (number: number) => {
    const row = await store.deliveries.read(tenant, idOf(number));
    return [row?.state, row?.run, row?.reason, row?.item === item];
  };
  expectEqual(await seen(1), ["waiting", null, null, true], "it waits");
  const no = (await store.inbox.read(tenant, item))?.no ?? 0;
  await store.inbox.settle(
    tenant,
    [{ no, state: "rejected", run: null, reason: "signature_invalid" }],
    epoch,
  );
  expectEqual(await seen(1), ["rejected", null, "signature_invalid", true], "it was judged");
  expectEqual(await listed(store, ["rejected"]), ids(1), "and is found so");
  expectEqual(await seen(2), ["expired", null, null, false], "an item that is gone");
  await put(store, [delivery(3, { run: null })]);
  expectEqual(await seen(3), ["answered", null, null, false], "neither a run nor an item");
  expectEqual(await listed(store, ["answered"]), ids(3), "and is found so");
}

async function listsNewest(store: Store): Promise<void> {
  for (const number of [1, 2, 3, 4, 5]) await put(store, [delivery(number, number % 2 === 0 ? refused : {})]);
  await put(store, [delivery(6, { hook: hookId(2) })]);
  expectEqual(await listed(store), ids(5, 4, 3, 2, 1), "all of the hook");
  expectEqual(await listed(store, ["refused"]), ids(4, 2), "the refused");
  expectEqual(await listed(store, ["started", "waiting"]), ids(5, 3, 1), "the others");
  for (const states of [null, ["started"] as const]) {
    const all: DeliveryId[] = [];
    for (let cursor: string | null = null; ; ) {
      const page = await store.deliveries.list(tenant, hookId(1), states, cursor, 2);
      all.push(...page.rows.map(({ id }) => id));
      cursor = page.next;
      if (cursor === null) break;
    }
    expectEqual(all, states === null ? ids(5, 4, 3, 2, 1) : ids(5, 3, 1), "page by page");
  }
}

async function keepsNewest(store: Store): Promise<void> {
  const bounds = { ...wide, accepted: 2, refused: 1 };
  const rows = [1, 2, 3, 4, 5, 6].map((number) => delivery(number, number > 4 ? refused : {}));
  await put(store, rows.slice(0, 3), bounds);
  await put(store, [delivery(9, { hook: hookId(2) })], bounds);
  await put(store, rows.slice(3), bounds);
  expectEqual(await listed(store), ids(6, 4, 3), "two that were taken, one that was refused");
  expectEqual(await listed(store, null, 2), ids(9), "another hook has its own");
  expectEqual(await store.deliveries.read(tenant, idOf(1)), null, "the oldest is gone");
  expectEqual(await store.deliveries.drop(epoch + 1_000, 2), 2, "two go by time");
  await put(store, [delivery(7), delivery(8)], bounds);
  expectEqual(await store.deliveries.drop(epoch + 1_000, 100), 3, "and are counted no more");
}

async function keepsBytes(store: Store): Promise<void> {
  const bounds = { ...wide, bytes: 1_000 };
  await put(
    store,
    [1, 2, 3].map((number) => delivery(number)),
    bounds,
  );
  await put(store, [delivery(4, { sealed: bytesOf(4, 500) })], bounds);
  expectEqual(await listed(store), ids(4, 3), "a large one takes the place of two");
  await put(store, [delivery(5, { sealed: bytesOf(5, 2_000) })], bounds);
  expectEqual(await listed(store), [], "one beyond it all is not kept");
}

async function dropsDeliveries(store: Store): Promise<void> {
  await put(store, [
    delivery(1, { expiresAt: epoch + 5 }),
    delivery(2, { ...refused, expiresAt: epoch + 5 }),
    delivery(3, { expiresAt: epoch + 6 }),
  ]);
  expectEqual(await store.deliveries.drop(epoch + 4, 10), 0, "before");
  expectEqual(await store.deliveries.drop(epoch + 5, 1), 1, "no more than asked for");
  expectEqual(await store.deliveries.drop(epoch + 5, 10), 1, "the other");
  expectEqual(await listed(store), ids(3), "what is left");
}

async function readsSince(store: Store): Promise<void> {
  const since = (cursor: string | null, limit = 10) => store.deliveries.since(tenant, cursor, limit);
  const begin = await since(null);
  expectEqual(begin.rows, [], "nothing of what was before");
  await put(store, [delivery(3), delivery(1, refused), delivery(2, { hook: hookId(2) })]);
  await put(store, [delivery(5, { tenant: other }), delivery(6)]);
  const told = ({ rows }: Awaited<ReturnType<typeof since>>) => rows.map(({ delivery: { id } }) => id);
  expectEqual(told(await since(begin.cursor)), ids(3, 1, 2, 6), "as they came, whatever their ids say");
  const two = await since(begin.cursor, 2);
  expectEqual(told(two), ids(3, 1), "no more than asked for");
  expectEqual(two.cursor, two.rows[1]?.cursor, "the cursor of the last");
  expectEqual(told(await since(two.cursor)), ids(2, 6), "and on");
  const end = await since(null);
  expectEqual(told(await since(end.cursor)), [], "nothing yet");
  await store.deliveries.drop(epoch + 1_000, 100);
  await put(store, [delivery(7)]);
  expectEqual(told(await since(end.cursor)), ids(7), "also when those before are forgotten");
  expectEqual(told(await since(begin.cursor)), ids(7), "what is forgotten is left out");
}

async function separatesDeliveries(store: Store): Promise<void> {
  await put(store, [delivery(1), delivery(1, { tenant: other, sealed: bytesOf(7, 10) })]);
  expectEqual((await store.deliveries.read(other, idOf(1)))?.sealed, bytesOf(7, 10), "its own");
  const tight = { ...wide, accepted: 1 };
  await put(store, [delivery(2, { tenant: other })], tight);
  expectEqual(await listed(store), ids(1), "bounds are of one tenant's hook");
  expectEqual(await store.deliveries.read(tenant, idOf(2)), null, "and no other's is read");
}
