// The store's contract: nothing is written for a tenant that was deleted, however late it comes.

import { newBulkId } from "../../value/id.ts";
import type { Store } from "../store.ts";
import { expectEqual, expectResults } from "./expect.ts";
import { allKinds, entriesOf, itemOf, keyOf, tenantRow } from "./key-sample.ts";
import { roomFor } from "./room-for.ts";
import { bytesOf, epoch, firstUnit, hashOf, leaseAt, nextUnit, runOf, tenantOf, wrapOf } from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const [tenant, other] = [tenantOf(1), tenantOf(2)];

export const deletedTenantCases: readonly StoreCase[] = [
  { name: "no run of a deleted tenant begins or goes on", run: refusesRuns },
  { name: "no record of a deleted tenant is written, of whatever kind", run: refusesRecords },
  { name: "a deleted tenant does not come back", run: staysDeleted },
];

async function remove(store: Store): Promise<void> {
  await store.accounts.createTenant(tenantRow());
  const use = { jti: "delete", expiresAt: epoch + 60_000, session: null, change: null } as const;
  expectEqual(await store.accounts.useHandshake(tenant, { ...use, ends: "tenant" }), "used", "the end");
}

async function refusesRuns(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const active = firstUnit(fence, 4);
  await store.append([active]);
  await remove(store);
  const late = [
    firstUnit(fence, 1),
    firstUnit(fence, 2, { birth: { live: wrapOf(1) } }),
    nextUnit(active),
    firstUnit(fence, 3, { tenant: other }),
  ];
  const results = ["workflow_deleted", "workflow_deleted", "stale_seq", "appended"] as const;
  expectResults(await store.append(late), results, "appends");
  expectEqual((await store.listRuns(tenant, {}, null, 9)).rows, [], "runs");
  expectEqual((await store.listRuns(other, {}, null, 9)).rows.length, 1, "those of another tenant");
}

async function refusesRecords(store: Store): Promise<void> {
  await remove(store);
  await allKinds(store);
  expectEqual((await store.keys.list(tenant, null, 99, true)).rows, [], "whatever has a key");
  expectEqual((await store.inbox.put(itemOf(1, keyOf(2, 1)), roomFor(9))).type, "stale_key", "an item");
  expectEqual(await store.audit.append(tenant, entriesOf([null])), false, "an audit entry");
  expectEqual((await store.audit.head(tenant)).seq, 0, "the log");
  expectEqual(await store.listUnsettled(9, []), [], "events");
  expectEqual((await store.listTriggers(tenant, null, 9)).rows, [], "triggers");
  expectEqual(await store.readSecret(tenant, hashOf(43)), null, "a secret without a value");
  const fence = await store.openLease(leaseAt(epoch));
  const id = newBulkId(epoch, bytesOf(1, 10));
  const bulk = { tenant, id, action: "cancel", createdAt: epoch } as const;
  expectEqual(await store.bulks.create(fence, bulk, [runOf(1)], 9), "gone", "a bulk action");
  expectEqual((await store.bulks.list(tenant, null, 9)).rows, [], "which is not there");
  await allKinds(store, other);
  expectEqual((await store.keys.list(other, null, 99, false)).rows.length > 10, true, "another tenant");
}

async function staysDeleted(store: Store): Promise<void> {
  await remove(store);
  expectEqual(await store.accounts.createTenant(tenantRow()), false, "made again");
  expectEqual(await store.accounts.readTenant(tenant), null, "it is not there");
}
