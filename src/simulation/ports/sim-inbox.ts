// The inbox, hooks, deliveries and grants of the simulated disk: as slow, refusing and silent as the rest of it.

import type { DeliveryStore } from "../../ports/delivery-store.ts";
import type { GrantStore, HookStore, InboxStore } from "../../ports/inbox-store.ts";

export interface SimDisk {
  read<Result>(name: string, perform: () => Promise<Result>): Promise<Result>;
  write<Result>(name: string, perform: () => Promise<Result>): Promise<Result>;
}

export function simInbox(inner: InboxStore, { read, write }: SimDisk): InboxStore {
  return {
    put: (item, max) => write("putItem", () => inner.put(item, max)),
    settle: (tenant, outcomes, at) => write("settleItems", () => inner.settle(tenant, outcomes, at)),
    expire: (now, limit) => write("expireItems", () => inner.expire(now, limit)),
    drop: (beforeMs, limit) => write("dropItems", () => inner.drop(beforeMs, limit)),
    count: (tenant, hook) => read("countItems", () => inner.count(tenant, hook)),
    waiting: (tenant, after, limit) => read("waitingItems", () => inner.waiting(tenant, after, limit)),
    read: (tenant, id) => read("readItem", () => inner.read(tenant, id)),
    list: (tenant, filter, cursor, limit) =>
      read("listItems", () => inner.list(tenant, filter, cursor, limit)),
  };
}

export function simHooks(inner: HookStore, { read, write }: SimDisk): HookStore {
  return {
    put: (row, audit) => write("putHook", () => inner.put(row, audit)),
    revoke: (tenant, id, at, audit) => write("revokeHook", () => inner.revoke(tenant, id, at, audit)),
    byToken: (token) => read("hookByToken", () => inner.byToken(token)),
    list: (tenant) => read("listHooks", () => inner.list(tenant)),
  };
}

export function simDeliveries(inner: DeliveryStore, { read, write }: SimDisk): DeliveryStore {
  return {
    put: (rows, bounds) => write("putDeliveries", () => inner.put(rows, bounds)),
    drop: (now, limit) => write("dropDeliveries", () => inner.drop(now, limit)),
    read: (tenant, id) => read("readDelivery", () => inner.read(tenant, id)),
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
    list: (tenant) => read("listGrants", () => inner.list(tenant)),
  };
}
