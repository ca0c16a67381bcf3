// The inbox, hooks, deliveries, grants, bulk actions and overviews of the simulated disk: as slow, refusing and silent as the rest of it.

import type { BulkStore } from "../../ports/bulk-store.ts";
import type { DeliveryStore } from "../../ports/delivery-store.ts";
import type {
  GrantStore,
  HookStore,
  InboxItem,
  InboxPut,
  InboxRoom,
  InboxRow,
  InboxStore,
} from "../../ports/inbox-store.ts";
import type { OverviewStore } from "../../ports/overview-store.ts";
import { hex } from "../../store/hex.ts";
import type { SimNode } from "../sim-node.ts";
import { simOpened } from "./sim-vault.ts";

export interface SimDisk {
  read<Result>(name: string, perform: () => Promise<Result>): Promise<Result>;
  write<Result>(name: string, perform: () => Promise<Result>): Promise<Result>;
}

export function simInbox(inner: InboxStore, { read, write }: SimDisk, node: SimNode): InboxStore {
  return {
    async put(item, room) {
      notePut(node, item);
      const put = await write("putItem", () => judged(inner, item, room, node));
      const { tenant, id, kind } = item;
      const { life, world } = node;
      const refused = { what: "item", tenant, id, process: life.process, at: world.time.now } as const;
      if (put.type !== "stale_key") world.record.keysTaken.add(id);
      // An event is taken as it came, when the rotation has come to it.
      else if (kind !== "event") world.record.keysRefused.push(refused);
      return put;
    },
    settle: (tenant, outcomes, at) => write("settleItems", () => inner.settle(tenant, outcomes, at)),
    expire: (now, limit) => write("expireItems", () => inner.expire(now, limit)),
    drop: (beforeMs, limit) => write("dropItems", () => inner.drop(beforeMs, limit)),
    count: (tenant, hook) => read("countItems", () => inner.count(tenant, hook)),
    countAll: (tenant) => read("countAllItems", () => inner.countAll(tenant)),
    bytes: (tenant) => read("bytesOfItems", () => inner.bytes(tenant)),
    waiting: (tenant, after, limit) => read("waitingItems", () => inner.waiting(tenant, after, limit)),
    read: (tenant, id) => read("readItem", () => inner.read(tenant, id)),
    list: (tenant, filter, cursor, limit) =>
      read("listItems", () => inner.list(tenant, filter, cursor, limit)),
  };
}

/** Both are asked at once: nothing comes between what waited and what became of the item. */
async function judged(inner: InboxStore, item: InboxItem, room: InboxRoom, node: SimNode): Promise<InboxPut> {
  const { tenant, id, kind, hook, sealed } = item;
  const [before, put] = await Promise.all([
    inner.waiting(tenant, 0, Number.MAX_SAFE_INTEGER),
    inner.put(item, room),
  ]);
  const isJudged = put.type === "waiting" || put.type === "full" || put.type === "bytes_full";
  if (!isJudged) return put;
  const alike = before.filter((row) => row.hook === hook);
  node.world.record.itemsJudged.push({
    ...{ item: id, kind, hook, taken: put.type === "waiting", size: sealed.length },
    ...{ alike: alike.length, alikeBytes: bytesOf(alike), allBytes: bytesOf(before) },
  });
  return put;
}

function bytesOf(rows: readonly InboxRow[]): number {
  return rows.reduce((sum, { sealed }) => sum + sealed.length, 0);
}

function notePut(node: SimNode, { tenant, id: item, kind, hook, trigger, sealed }: InboxItem): void {
  const { record, time } = node.world;
  const { version: asked = null, trigger: came, dueAt } = bodyOf(sealed);
  const event = trigger?.event ?? null;
  const order = came?.body?.order ?? "";
  const began =
    event === null ? record.sentAt.get(`${tenant}/${order}`) : record.eventsAt.get(`${tenant}/${hex(event)}`);
  // A clock only goes ahead while its process lives.
  const due = dueAt === undefined ? undefined : dueAt - node.clockAheadMs;
  record.itemsPut.push({
    ...{ tenant, item, kind, hook },
    version: trigger?.version ?? asked,
    sinceAt: due ?? began ?? 0,
    askedAt: time.now,
    clock: node.now(),
  });
}

interface ItemBody {
  readonly version?: number | null;
  readonly trigger?: { readonly body?: { readonly order?: string } | null };
  readonly dueAt?: number;
}

/** An event waits as it came in, without one. */
function bodyOf(sealed: Uint8Array): ItemBody {
  return (JSON.parse(simOpened(sealed)) as { readonly body?: ItemBody }).body ?? {};
}

export function simHooks(inner: HookStore, { read, write }: SimDisk): HookStore {
  return {
    put: (...given) => write("putHook", () => inner.put(...given)),
    revoke: (tenant, id, at, audit) => write("revokeHook", () => inner.revoke(tenant, id, at, audit)),
    byToken: (token) => read("hookByToken", () => inner.byToken(token)),
    drop: (...given) => write("dropHooks", () => inner.drop(...given)),
    read: (tenant, id) => read("readHook", () => inner.read(tenant, id)),
    has: (tenant, workflow) => read("hasHook", () => inner.has(tenant, workflow)),
    list: (...given) => read("listHooks", () => inner.list(...given)),
  };
}

export function simDeliveries(
  inner: DeliveryStore,
  { read, write }: SimDisk,
  { world: { record } }: SimNode,
): DeliveryStore {
  const put: DeliveryStore["put"] = async (rows, bounds) => {
    const results = await inner.put(rows, bounds);
    for (const [index, { tenant, id }] of rows.entries()) {
      if (results[index] === "put") record.streams.stored.push({ tenant, id, order: record.nextOrder() });
    }
    return results;
  };
  return {
    put: (rows, bounds) => write("putDeliveries", () => put(rows, bounds)),
    drop: (now, limit) => write("dropDeliveries", () => inner.drop(now, limit)),
    read: (tenant, id) => read("readDelivery", () => inner.read(tenant, id)),
    since: (tenant, cursor, limit) => read("deliveriesSince", () => inner.since(tenant, cursor, limit)),
    list: (tenant, hook, states, cursor, limit) =>
      read("listDeliveries", () => inner.list(tenant, hook, states, cursor, limit)),
  };
}

export function simGrants(inner: GrantStore, { read, write }: SimDisk): GrantStore {
  return {
    put: (row) => write("putGrant", () => inner.put(row)),
    revoke: (tenant, id, at, audit) => write("revokeGrant", () => inner.revoke(tenant, id, at, audit)),
    expire: (now) => write("expireGrants", () => inner.expire(now)),
    find: (tenant, workflow) => read("findGrant", () => inner.find(tenant, workflow)),
    read: (tenant, id) => read("readGrant", () => inner.read(tenant, id)),
    list: (...given) => read("listGrants", () => inner.list(...given)),
  };
}

export function simOverview(inner: OverviewStore, { read }: SimDisk): OverviewStore {
  return {
    readStats: (...given) => read("readStats", () => inner.readStats(...given)),
    listWaiting: (tenant, filter, cursor, limit) =>
      read("listWaiting", () => inner.listWaiting(tenant, filter, cursor, limit)),
    listFailures: (tenant, filter, cursor, limit) =>
      read("listFailures", () => inner.listFailures(tenant, filter, cursor, limit)),
  };
}

export function simBulks(inner: BulkStore, { read, write }: SimDisk): BulkStore {
  return {
    create: (...given) => write("createBulk", () => inner.create(...given)),
    claim: (...given) => write("claimBulks", () => inner.claim(...given)),
    settle: (...given) => write("settleBulk", () => inner.settle(...given)),
    abort: (...given) => write("abortBulk", () => inner.abort(...given)),
    drop: (...given) => write("dropBulks", () => inner.drop(...given)),
    pending: (...given) => read("pendingOfBulk", () => inner.pending(...given)),
    read: (...given) => read("readBulk", () => inner.read(...given)),
    readBegun: (...given) => read("readBegunBulk", () => inner.readBegun(...given)),
    list: (...given) => read("listBulks", () => inner.list(...given)),
    runs: (...given) => read("runsOfBulk", () => inner.runs(...given)),
  };
}
