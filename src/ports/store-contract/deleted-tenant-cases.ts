// The store's contract: nothing is written for a tenant that was deleted, however late it comes.

import { newBulkId } from "../../value/id.ts";
import type { Store } from "../store.ts";
import { expectEqual, expectResults } from "./expect.ts";
import { allKinds, deliveryOf, entriesOf, grantOf, hookOf, itemOf, keyOf, tenantRow } from "./key-sample.ts";
import { roomFor } from "./room-for.ts";
import {
  beginSampleEpoch,
  bytesOf,
  endedAs,
  epoch,
  firstUnit,
  hashOf,
  headUnit,
  leaseAt,
  nextUnit,
  runOf,
  sampleEpoch,
  tenantOf,
  wrapOf,
} from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const [tenant, other] = [tenantOf(1), tenantOf(2)];

export const deletedTenantCases: readonly StoreCase[] = [
  { name: "no run of a deleted tenant begins or goes on", run: refusesRuns },
  { name: "no record of a deleted tenant is written, of whatever kind", run: refusesRecords },
  { name: "a deleted tenant does not come back", run: staysDeleted },
  { name: "nothing of a deleted tenant is shown, before it is removed and after", run: showsNothing },
  { name: "what a deleted tenant had due, held or wrapped is nobody's work", run: isNobodysWork },
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
  const bulk = { tenant, id, action: "cancel", createdAt: epoch, by: null } as const;
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

/** Forgets what is over, and what is left of the tenant. */
async function removeAll(store: Store, fence: number, now: number): Promise<void> {
  while ((await store.dropEnded(fence, now, 50)) === 50);
}

/** How much of each kind is shown of the tenant, but for what opens it and what it starts by itself. */
async function shownOf(store: Store, owner = tenant): Promise<readonly number[]> {
  const { inbox, deliveries, audit, bulks, keys, overview } = store;
  const hook = hookOf(keyOf(2, 1), owner).id;
  const id = newBulkId(epoch, bytesOf(1, 10));
  const one = (found: unknown) => (found === null ? 0 : 1);
  return [
    (await store.listRuns(owner, {}, null, 9)).rows.length,
    one(await store.readRun(owner, runOf(2))),
    (await store.readEvents(owner, runOf(2), 0, 9)).length,
    (await store.listTree(owner, runOf(2))).length,
    (await overview.readStats(owner, hashOf(0), 0, 9)).recent.length,
    (await store.listDefinitions(owner, null, 9)).rows.length,
    (await store.listVersions(owner, hashOf(0), null, 9)).rows.length,
    one(await store.readDefinition(owner, hashOf(0), null)),
    (await store.listSecrets(owner)).length,
    (await store.listTriggers(owner, null, 9)).rows.length,
    (await store.listIncoming(owner, hashOf(42), 0, 9)).length,
    (await inbox.list(owner, {}, null, 9)).rows.length,
    (await inbox.waiting(owner, 0, 9)).length,
    one(await inbox.read(owner, itemOf(1, keyOf(2, 1)).id)),
    (await inbox.count(owner, null)) + (await inbox.bytes(owner)),
    (await deliveries.list(owner, hook, null, null, 9)).rows.length,
    one(await deliveries.read(owner, deliveryOf(keyOf(2, 1)).id)),
    (await store.hooks.list(owner, null, 200)).rows.length,
    (await store.grants.list(owner, null, 9)).rows.length,
    one(await store.grants.read(owner, grantOf(keyOf(2, 1)).id)),
    (await audit.head(owner)).seq,
    (await audit.read(owner, 1, 9)).length,
    (await bulks.list(owner, null, 9)).rows.length,
    one(await bulks.read(owner, id)),
    (await bulks.pending(owner, id, 9)).length,
    (await bulks.runs(owner, id, false, null, 9)).rows.length,
    (await keys.list(owner, null, 99, true)).rows.length,
    await keys.count(owner),
  ];
}

async function showsNothing(store: Store): Promise<void> {
  await beginSampleEpoch(store);
  for (const owner of [tenant, other]) await allKinds(store, owner);
  const fence = await store.openLease(leaseAt(epoch));
  const id = newBulkId(epoch, bytesOf(1, 10));
  for (const owner of [tenant, other]) {
    await store.bulks.create(
      fence,
      { tenant: owner, id, action: "cancel", createdAt: epoch, by: null },
      [runOf(1), runOf(2)],
      9,
    );
  }
  const before = await shownOf(store);
  expectEqual(before.includes(0), false, `there is some of each kind: ${before}`);
  const ofOther = await shownOf(store, other);
  await remove(store);
  const nothing = before.map(() => 0);
  expectEqual(await shownOf(store), nothing, "at once");
  expectEqual(await store.bulks.claim(fence, epoch, [tenant], 9), [], "its actions");
  expectEqual(await store.bulks.settle(fence, tenant, id, [], epoch), null, "an action that was under way");
  await removeAll(store, fence, epoch);
  expectEqual(await shownOf(store), nothing, "when it was removed");
  expectEqual(await shownOf(store, other), ofOther, "another tenant");
}

async function isNobodysWork(store: Store): Promise<void> {
  await beginSampleEpoch(store);
  await allKinds(store);
  const fence = await store.openLease(leaseAt(epoch));
  const [held, due] = [firstUnit(fence, 11), firstUnit(fence, 12, { head: { held: false } })];
  const wrapped = firstUnit(fence, 13, { birth: { live: wrapOf(13), version: 2 }, head: { held: false } });
  const ended = firstUnit(fence, 14, { head: { ...endedAs("failed"), dueAt: epoch - 1 } });
  const mine = firstUnit(fence, 11, { tenant: other, head: { held: false, dueAt: epoch + 7 } });
  await store.append([held, due, wrapped, ended, mine, headUnit(held, { extra: { pokes: [held.run] } })]);
  expectEqual((await store.listHeld(fence, null, 9)).rows.length, 1, "held");
  expectEqual((await store.listPoked(fence)).length, 1, "poked");
  expectEqual((await store.epochs.wrapsOf(sampleEpoch, 99)).length > 2, true, "wraps");
  await remove(store);
  for (const moment of ["at once", "when it was removed"]) {
    expectEqual((await store.listHeld(fence, null, 9)).rows, [], `held, ${moment}`);
    expectEqual(await store.listPoked(fence), [], `poked, ${moment}`);
    expectEqual(await store.claim(fence, epoch, 9, [tenant]), [], `due, ${moment}`);
    expectEqual(await store.claimRun(fence, epoch, tenant, due.run), null, `one, ${moment}`);
    expectEqual(await store.nextDueAt([tenant]), epoch + 7, `next due, ${moment}`);
    expectEqual(await store.listUnsettled(9, []), [], `events, ${moment}`);
    expectEqual(await store.epochs.wrapsOf(sampleEpoch, 99), [], `wraps, ${moment}`);
    expectResults(await store.append([nextUnit(held)]), ["stale_seq"], `goes on, ${moment}`);
    await removeAll(store, fence, epoch);
  }
  expectEqual((await store.claim(fence, epoch + 7, 9)).length, 1, "another tenant's");
}
