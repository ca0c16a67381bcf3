// The store's contract: workflows that are deleted, and put again.

import { newGrantId, newHookId } from "../../value/id.ts";
import type { DefinitionRow, Fence, Store, TriggerRow } from "../store.ts";
import { expectEqual } from "./expect.ts";
import { bytesOf, epoch, firstUnit, hashOf, leaseAt, nextUnit, tenantOf, wrapOf } from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const tenant = tenantOf(1);
const own = hashOf(1);

export const deletionCases: readonly StoreCase[] = [
  { name: "of a deleted workflow no run is born, and those that are there go on", run: bearsNone },
  {
    name: "a deleted workflow is listed no more, its versions can be read, a higher one takes it back",
    run: takesBack,
  },
  { name: "a workflow is deleted only while its highest version is the expected one", run: deletesSeen },
  { name: "triggers, hooks and the grant of a workflow end with it", run: endsWays },
];

function definition(version: number, changes: Partial<DefinitionRow> = {}): DefinitionRow {
  return {
    tenant,
    name: own,
    version,
    content: hashOf(version),
    key: bytesOf(1, 60),
    live: wrapOf(1),
    sealed: bytesOf(2, 300),
    createdAt: epoch,
    names: [],
    ...changes,
  };
}

function trigger(kind: "cron" | "event", place: number): TriggerRow {
  const isCron = kind === "cron";
  return {
    tenant,
    workflow: own,
    place,
    version: 1,
    sealed: bytesOf(7, 120),
    kind,
    topic: isCron ? null : hashOf(70),
    schedule: isCron ? "{}" : null,
    nextAt: isCron ? epoch + 5 : null,
    scheduledAt: isCron ? epoch - 5 : null,
    until: null,
  };
}

function born(fence: Fence, number: number, workflow = own) {
  return firstUnit(fence, number, { birth: { workflow } });
}

async function types(store: Store, units: Parameters<Store["append"]>[0]) {
  return (await store.append(units)).map(({ type }) => type);
}

async function bearsNone(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  expectEqual(await store.deleteDefinition(tenant, own, epoch), false, "of none");
  await store.putDefinition(definition(1));
  const first = born(fence, 1);
  expectEqual(await types(store, [first]), ["appended"], "before");
  expectEqual(await store.deleteDefinition(tenantOf(2), own, epoch), false, "of another tenant");
  expectEqual(await store.deleteDefinition(tenant, own, epoch + 9), true, "deleted");
  expectEqual(await store.readDeletion(tenant, own), epoch + 9, "when");
  expectEqual(await store.deleteDefinition(tenant, own, epoch + 10), false, "once");
  expectEqual(
    await types(store, [born(fence, 2), born(fence, 3, hashOf(2))]),
    ["workflow_deleted", "appended"],
    "after",
  );
  expectEqual(await store.readRun(tenant, born(fence, 2).run), null, "nothing was changed");
  expectEqual(await types(store, [nextUnit(first), first]), ["appended", "stale_seq"], "one that is there");
}

async function takesBack(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  for (const version of [1, 3]) await store.putDefinition(definition(version));
  await store.putDefinition(definition(1, { name: hashOf(2) }));
  await store.deleteDefinition(tenant, own, epoch + 9);
  const names = async () =>
    (await store.listDefinitions(tenant, null, 9)).rows.map(({ name }) => name.at(-1));
  expectEqual(await names(), [2], "listed");
  expectEqual((await store.readDefinition(tenant, own, null))?.version, 3, "read");
  expectEqual((await store.listVersions(tenant, own, null, 9)).rows.length, 2, "versions");
  for (const version of [2, 3])
    expectEqual(await store.putDefinition(definition(version)), "deleted", `${version}`);
  expectEqual(await store.putDefinition(definition(4)), "created", "a higher one");
  expectEqual([await names(), await store.readDeletion(tenant, own)], [[1, 2], null], "it is there again");
  expectEqual(await types(store, [born(fence, 1)]), ["appended"], "a run of it");
}

async function deletesSeen(store: Store): Promise<void> {
  const expecting = (version: number) => store.deleteDefinition(tenant, own, epoch + 9, undefined, version);
  expectEqual(await expecting(1), "highest_moved", "of none");
  for (const version of [1, 2]) {
    await store.putDefinition(definition(version), [{ ...trigger("cron", 0), version }]);
  }
  for (const version of [0, 1, 3]) expectEqual(await expecting(version), "highest_moved", `not ${version}`);
  expectEqual(await store.readDeletion(tenant, own), null, "it is there");
  expectEqual([await expecting(2), await expecting(2)], [true, false], "deleted, once");
}

async function endsWays(store: Store): Promise<void> {
  await store.putDefinition(definition(1), [trigger("cron", 0), trigger("event", 1)]);
  await store.keepLive(tenant, {
    definitions: [{ name: own, version: 1, key: bytesOf(1, 60), live: wrapOf(1) }],
    secrets: [],
  });
  const sealed = { key: bytesOf(3, 113), sealed: bytesOf(4, 200) };
  const times = { createdAt: epoch, expiresAt: epoch + 1_000, endedAt: null, end: null };
  const id = newGrantId(epoch, bytesOf(5, 10));
  const grant = { tenant, id, workflow: own, version: 1, names: [], live: wrapOf(5), ...sealed, ...times };
  expectEqual(await store.grants.put(grant), "put", "a grant");
  const hook = {
    tenant,
    id: newHookId(epoch, bytesOf(6, 10)),
    token: bytesOf(6, 32),
    workflow: own,
    verify: false,
    quota: 5,
    createdAt: epoch,
    revokedAt: null,
    code: bytesOf(8, 32),
    ...sealed,
  };
  await store.hooks.put(hook, 100);
  expectEqual(await store.deleteDefinition(tenant, own, epoch + 9), true, "deleted");
  expectEqual((await store.listTriggers(tenant, null, 9)).rows, [], "triggers");
  expectEqual(await store.listDueTriggers(epoch + 99, 9), [], "what was due");
  expectEqual(await store.listEventTriggers(tenant, hashOf(70)), [], "for events");
  const [ended] = (await store.grants.list(tenant, null, 10)).rows;
  expectEqual([ended?.endedAt, ended?.end, ended?.live], [epoch + 9, "deleted", null], "the grant");
  expectEqual((await store.hooks.list(tenant, null, 200)).rows[0]?.revokedAt, epoch + 9, "the hook");
}
