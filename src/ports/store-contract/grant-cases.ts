// The store's contract: grants, and what they let the engine alone open.

import { type GrantId, newGrantId } from "../../value/id.ts";
import { emptyHead } from "../audit-store.ts";
import type { GrantRow } from "../inbox-store.ts";
import type { DefinitionRow, SecretRow, Store } from "../store.ts";
import { expectEqual } from "./expect.ts";
import { bytesOf, epoch, hashOf, tenantOf, wrapOf } from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const [tenant, other] = [tenantOf(1), tenantOf(2)];
const live = wrapOf(7);
const [own, childName, secretName, verifyName] = [hashOf(0), hashOf(40), hashOf(41), hashOf(42)];

export const grantCases: readonly StoreCase[] = [
  { name: "a grant comes back as it was put, the newest first", run: keepsGrants },
  { name: "a grant of what is not live, or not the highest, is refused", run: refusesGrants },
  { name: "a new grant of a workflow ends the one before", run: replaces },
  { name: "a grant ends once: revoked, expired, or by a new version", run: ends },
  { name: "a version of a workflow that a grant names ends it", run: endsWithChildren },
  { name: "what a grant may need stays live until it has ended", run: keepsNeeded },
  { name: "what a grant names is live from the start", run: keepsNamed },
  { name: "the end of a grant has its audit entry exactly when it was revoked", run: auditsRevocation },
];

function definition(changes: Partial<DefinitionRow> = {}): DefinitionRow {
  return {
    tenant,
    name: own,
    version: 1,
    content: hashOf(1),
    key: bytesOf(1, 60),
    live,
    sealed: bytesOf(2, 300),
    createdAt: epoch,
    names: [],
    ...changes,
  };
}

function secret(name: Uint8Array, changes: Partial<SecretRow> = {}): SecretRow {
  const [key, sealed] = [bytesOf(3, 60), bytesOf(4, 90)];
  return { tenant, name, version: 1, key, live, sealed, updatedAt: epoch, ...changes };
}

function grantId(number: number): GrantId {
  return newGrantId(epoch + number, bytesOf(number, 10));
}

function grant(number: number, changes: Partial<GrantRow> = {}): GrantRow {
  return {
    tenant,
    id: grantId(number),
    workflow: own,
    version: 1,
    names: [],
    key: bytesOf(number, 113),
    live: wrapOf(number),
    sealed: bytesOf(number, 200),
    createdAt: epoch + number,
    expiresAt: epoch + 1_000,
    endedAt: null,
    end: null,
    ...changes,
  };
}

async function prepare(store: Store, changes: Partial<DefinitionRow> = {}): Promise<void> {
  await store.putDefinition(definition(changes));
  await keep(store, changes.version, changes.tenant);
}

async function keep(store: Store, version = 1, owner = tenant, name = own): Promise<void> {
  await store.keepLive(owner, { definitions: [{ name, version, key: bytesOf(1, 60), live }], secrets: [] });
}

async function isLive(store: Store, name: Uint8Array, version = 1): Promise<boolean> {
  return (await store.readDefinition(tenant, name, version))?.live != null;
}

async function keepsGrants(store: Store): Promise<void> {
  await prepare(store);
  await prepare(store, { tenant: other });
  const [first, second] = [grant(1, { names: [hashOf(5), hashOf(6)] }), grant(2, { tenant: other })];
  expectEqual([await store.grants.put(first), await store.grants.put(second)], ["put", "put"], "put");
  expectEqual(await store.grants.find(tenant, own), first, "the tenant's");
  expectEqual(await store.grants.find(other, own), second, "the other's");
  expectEqual(await store.grants.find(tenant, hashOf(9)), null, "none");
  const third = grant(3);
  await store.grants.put(third);
  const page = await store.grants.list(tenant, null, 1);
  expectEqual(
    page.rows.map(({ id }) => id),
    [third.id],
    "the newest",
  );
  const last = await store.grants.list(tenant, page.next, 1);
  expectEqual([last.rows.map(({ id }) => id), last.next], [[first.id], null], "the one before");
  expectEqual((await store.grants.read(tenant, first.id))?.end, "replaced", "one by its id");
  expectEqual(await store.grants.read(other, first.id), null, "not another's");
}

async function refusesGrants(store: Store): Promise<void> {
  expectEqual(await store.grants.put(grant(1)), "not_live", "no definition");
  await store.putDefinition(definition());
  expectEqual(await store.grants.put(grant(1)), "not_live", "one that is closed");
  await keep(store);
  expectEqual(await store.grants.put(grant(1, { version: 2 })), "not_live", "no such version");
  await store.putSecret(secret(verifyName));
  expectEqual(
    await store.grants.put(grant(1, { names: [verifyName] })),
    "not_live",
    "a secret that is closed",
  );
  await store.putDefinition(definition({ name: childName }));
  expectEqual(await store.grants.put(grant(1, { names: [childName] })), "not_live", "and a workflow");
  await prepare(store, { version: 2, content: hashOf(2) });
  expectEqual(await store.grants.put(grant(1)), "stale", "not the highest");
  expectEqual((await store.grants.list(tenant, null, 10)).rows, [], "nothing was changed");
  expectEqual(await store.grants.put(grant(1, { version: 2 })), "put", "the highest");
}

async function replaces(store: Store): Promise<void> {
  await prepare(store);
  await store.grants.put(grant(1));
  await store.grants.put(grant(2));
  expectEqual((await store.grants.find(tenant, own))?.id, grantId(2), "the new one");
  const ended = (await store.grants.list(tenant, null, 10)).rows[1];
  const expected = { ...grant(1), live: null, endedAt: epoch + 2, end: "replaced" };
  expectEqual(ended, expected, "the one before has no live key any more");
}

async function ends(store: Store): Promise<void> {
  await prepare(store);
  await store.grants.put(grant(1));
  expectEqual(await store.grants.revoke(other, grantId(1), epoch), false, "another tenant's");
  expectEqual(await store.grants.revoke(tenant, grantId(1), epoch + 5), true, "revoked");
  expectEqual(await store.grants.revoke(tenant, grantId(1), epoch + 6), false, "once");
  expectEqual(await store.grants.find(tenant, own), null, "none is left");
  await store.grants.put(grant(2));
  expectEqual(
    [await store.grants.expire(epoch + 999), await store.grants.expire(epoch + 1_000)],
    [0, 1],
    "expired",
  );
  await store.grants.put(grant(3));
  await store.putDefinition(definition({ version: 2, content: hashOf(2), createdAt: epoch + 50 }));
  await prepare(store, { name: childName });
  const { rows: list } = await store.grants.list(tenant, null, 10);
  expectEqual(
    list.map((row) => [row.id, row.end, row.endedAt, row.live]),
    [
      [grantId(3), "version", epoch + 50, null],
      [grantId(2), "expired", epoch + 1_000, null],
      [grantId(1), "revoked", epoch + 5, null],
    ],
    "each as it ended",
  );
}

async function endsWithChildren(store: Store): Promise<void> {
  await prepare(store, { names: [childName] });
  await store.putDefinition(definition({ name: childName, version: 5 }));
  await keep(store, 5, tenant, childName);
  const endOf = async (no: number) => (await store.grants.read(tenant, grantId(no)))?.end;
  expectEqual(await store.grants.put(grant(1, { names: [childName] })), "put", "it names a child");
  await store.putDefinition(definition({ name: childName, version: 5 }));
  await store.putDefinition(definition({ name: verifyName }));
  await store.putDefinition(definition({ tenant: other, name: childName }));
  expectEqual(await endOf(1), null, "what is there already, another workflow, another tenant's");
  await store.putDefinition(definition({ name: childName, version: 6, content: hashOf(6) }));
  expectEqual(await endOf(1), "version", "a higher version of the child");
}

async function keepsNeeded(store: Store): Promise<void> {
  await prepare(store, { names: [childName] });
  await store.putDefinition(definition({ name: childName, names: [secretName] }));
  await store.putSecret(secret(secretName));
  await store.grants.put(grant(1));
  expectEqual(await store.dropLive(), 0, "the grant may need all of it");
  expectEqual([await isLive(store, own), await isLive(store, childName)], [true, true], "definitions");
  await store.grants.revoke(tenant, grantId(1), epoch);
  expectEqual(await store.dropLive(), 3, "and none of it after its end");
}

async function keepsNamed(store: Store): Promise<void> {
  await prepare(store);
  await store.putDefinition(definition({ name: childName, names: [secretName] }));
  await keep(store, 1, tenant, childName);
  await store.grants.put(grant(1, { names: [verifyName, childName] }));
  await store.putSecret(secret(verifyName));
  await store.putSecret(secret(secretName));
  const isOpen = async (name: Uint8Array) => (await store.readSecret(tenant, name))?.live != null;
  expectEqual(
    [await isOpen(verifyName), await isLive(store, childName), await isOpen(secretName)],
    [true, true, true],
    "what it names by itself, and what is named by that",
  );
  expectEqual(await store.dropLive(), 0, "all of it may be needed");
  await store.grants.expire(epoch + 1_000);
  expectEqual(await store.dropLive(), 4, "nothing is needed");
}

async function auditsRevocation(store: Store): Promise<void> {
  await prepare(store);
  await store.grants.put(grant(1));
  const row = { tenant, seq: 1, body: bytesOf(1, 90), key: null, sealed: null, mac: bytesOf(2, 32) };
  const [first, moved] = [emptyHead, { seq: 3, mac: bytesOf(3, 32) }].map((after) => ({
    after,
    rows: [row],
  }));
  expectEqual(await store.grants.revoke(tenant, grantId(2), epoch, first), false, "another grant");
  expectEqual(await store.grants.revoke(tenant, grantId(1), epoch, moved), "audit_moved", "after no head");
  expectEqual((await store.grants.find(tenant, own))?.id, grantId(1), "it stands");
  expectEqual(await store.grants.revoke(tenant, grantId(1), epoch, first), true, "revoked");
  expectEqual(await store.audit.read(tenant, 1, 10), [row], "the log");
}
