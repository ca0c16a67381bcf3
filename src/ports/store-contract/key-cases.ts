// The store's contract: data keys of a tenant, page by page, and their rotation.

import { newDeliveryId } from "../../value/id.ts";
import {
  type KeptRecord,
  type KeyChange,
  keyKinds,
  keyOfTrigger,
  type RotationRow,
  type RotationStep,
} from "../key-store.ts";
import type { Store } from "../store.ts";
import { expectEqual, expectResults } from "./expect.ts";
import {
  allKinds,
  deliveryOf,
  entriesOf,
  grantOf,
  hookOf,
  itemOf,
  keyOf,
  marks,
  rotationOf,
  stepOf,
  tenantRow,
  triggerOf,
} from "./key-sample.ts";
import { roomFor } from "./room-for.ts";
import {
  bytesOf,
  endedAs,
  epoch,
  firstUnit,
  hashOf,
  leaseAt,
  nextUnit,
  parked,
  runOf,
  sampleEpoch,
  tenantOf,
  wrapOf,
} from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

/** Kinds that the engine alone may open. */
const withLive: readonly KeptRecord["kind"][] = ["definition", "secret", "incoming", "grant"];
const nothing = new Uint8Array(0);
const [tenant, other] = [tenantOf(1), tenantOf(2)];

export const keyCases: readonly StoreCase[] = [
  { name: "every kind of record gives its key, in one order however the pages are cut", run: listsKeys },
  { name: "keys of another tenant are neither listed nor replaced", run: keepsApart },
  { name: "keys that were sealed while nobody was signed in are found", run: findsSealed },
  { name: "a key is replaced in every kind of record, if it is the one that was seen", run: replacesKeys },
  { name: "a rotation begins with its handshake, moves step by step, and ends once", run: stepsThrough },
  { name: "a step that is not where it says it is changes nothing", run: refusesOldStep },
  { name: "from its beginning no key of the generation before is inserted", run: refusesOldKeys },
  { name: "a record gets another key with all that it seals", run: replacesWhole },
  { name: "a run that is not quiet keeps its key", run: keepsActive },
];

async function all(store: Store, owner = tenant, limit = 100, whole = false): Promise<readonly KeptRecord[]> {
  const found: KeptRecord[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Awaited<ReturnType<Store["keys"]["list"]>> = await store.keys.list(
      owner,
      cursor,
      limit,
      whole,
    );
    found.push(...page.rows);
    if (page.next === null) return found;
    cursor = page.next;
  }
}

async function begin(store: Store, changes: Partial<RotationRow> = {}): Promise<RotationRow> {
  const rotation = rotationOf(changes);
  const row = tenantRow({ generation: rotation.to, code: bytesOf(9, 32) });
  await store.accounts.createTenant(tenantRow());
  const use = { jti: "a", expiresAt: epoch, session: null, ends: "sessions" as const, rotation };
  const change = { before: tenantRow().code, row };
  expectEqual(await store.accounts.useHandshake(tenant, { ...use, change }), "used", "the rotation begins");
  return rotation;
}

async function listsKeys(store: Store): Promise<void> {
  await allKinds(store);
  const listed = await all(store);
  expectEqual(
    listed.map(({ kind }) => kind),
    [
      ...["run", "run", "child", "definition", "definition", "secret", "trigger", "trigger", "incoming"],
      ...["inbox", "inbox", "hook", "delivery", "grant", "audit", "audit"],
    ],
    "kinds",
  );
  expectEqual(await store.keys.count(tenant), listed.length, "counted");
  for (const limit of [1, 2, 3, 8]) expectEqual(await all(store, tenant, limit), listed, `pages of ${limit}`);
  expectEqual(
    listed.every((record) => record.whole === null),
    true,
    "no more than was asked for",
  );
  const whole = await all(store, tenant, 2, true);
  expectEqual(
    whole.map((record) => ({ ...record, whole: null })),
    listed,
    "the same with all that they seal",
  );
  const run = await store.readRun(tenant, runOf(1));
  const first = whole.find(({ row }) => row === runOf(1));
  expectEqual(first?.key, run?.key, "the key of a run");
  expectEqual(
    first?.whole,
    { live: run?.live ?? null, sealed: run?.card, root: null, lastSeq: 1, quiet: false },
    "and what it is",
  );
  const child = whole.find(({ kind }) => kind === "child");
  expectEqual([child?.row, child?.whole?.root], [runOf(3), runOf(1)], "a child and its root");
  const secret = await store.readSecret(tenant, hashOf(41));
  const kept = whole.find(({ kind }) => kind === "secret");
  expectEqual([kept?.key, kept?.version, kept?.whole?.sealed], [secret?.key, 1, secret?.sealed], "a secret");
  await listsOthers(store, whole);
}

async function listsOthers(store: Store, whole: readonly KeptRecord[]): Promise<void> {
  const of = (wanted: KeptRecord["kind"]) => whole.filter(({ kind }) => kind === wanted);
  expectEqual(
    of("inbox").map(({ row, origin }) => [row, origin]),
    [1, 2].map((number) => [itemOf(number, nothing).id, number === 1 ? null : hashOf(50)]),
    "items, one of them an event",
  );
  const [hook, grant] = [of("hook")[0], of("grant")[0]];
  expectEqual([hook?.row, hook?.whole?.sealed], [hookOf(nothing).id, hookOf(nothing).sealed], "a hook");
  const put = await store.grants.find(tenant, hashOf(0));
  expectEqual([grant?.row, grant?.key, grant?.whole?.live], [put?.id, put?.key, put?.live], "a grant");
  expectEqual(
    of("audit").map(({ row, origin, key, whole: own }) => [row, origin, key, own?.quiet]),
    (await store.audit.read(tenant, 1, 9)).flatMap(({ seq, body, key }) =>
      key === null ? [] : [[String(seq), body, key, false]],
    ),
    "sealed audit entries",
  );
}

async function keepsApart(store: Store): Promise<void> {
  await allKinds(store);
  await allKinds(store, other);
  const [own, theirs] = [await all(store), await all(store, other)];
  expectEqual(own.length, theirs.length, "each has its own");
  const changes = own.map((record) => ({ record, key: bytesOf(77, 77), fresh: null }));
  expectEqual(await store.keys.replace(tenantOf(3), changes, null), 0, "of a tenant that has none");
  expectEqual(await all(store), own, "as they were");
  await store.keys.replace(tenant, changes, null);
  expectEqual(await all(store, other), theirs, "those of the other are as they were");
}

async function findsSealed(store: Store): Promise<void> {
  await allKinds(store);
  expectEqual(await store.keys.listSealed(tenant, 10), [], "none");
  const listed = await all(store);
  const sealed = (record: KeptRecord): Uint8Array =>
    record.kind === "trigger" ? triggerOf(0, keyOf(3, 50)).sealed : keyOf(3, 50);
  const changes = listed.map((record) => ({ record, key: sealed(record), fresh: null }));
  expectEqual(await store.keys.replace(tenant, changes, null), listed.length, "all are sealed");
  expectEqual((await store.keys.listSealed(tenant, 100)).length, listed.length, "all are found");
  expectEqual((await store.keys.listSealed(tenant, 2)).length, 2, "so many at most");
}

async function replacesKeys(store: Store): Promise<void> {
  await allKinds(store);
  const listed = await all(store);
  const changes = listed.map((record, index): KeyChange => {
    const key = keyOf(2, 100 + index);
    return { record, key: record.kind === "trigger" ? triggerOf(index, key).sealed : key, fresh: null };
  });
  expectEqual(await store.keys.replace(tenant, changes, null), listed.length, "each");
  const after = await all(store);
  expectEqual(
    after.map(({ key }) => key),
    changes.map(({ key }) => key),
    "their keys",
  );
  expectEqual(await store.keys.replace(tenant, changes, null), 0, "over keys that are gone");
  expectEqual(await all(store), after, "and nothing changed");
  expectEqual((await store.readRun(tenant, runOf(1)))?.key, changes[0]?.key, "as a run is read");
  const [event] = await store.listIncoming(tenant, hashOf(42), 0, 1);
  const keyOfKind = (kind: KeptRecord["kind"]) => changes.find(({ record }) => record.kind === kind)?.key;
  expectEqual(event?.key, keyOfKind("incoming"), "as an event is read");
  expectEqual(
    (await store.inbox.read(tenant, itemOf(1, nothing).id))?.key,
    keyOfKind("inbox"),
    "as an item is",
  );
  expectEqual((await store.hooks.list(tenant, null, 200)).rows[0]?.key, keyOfKind("hook"), "as a hook is");
  expectEqual(
    (await store.deliveries.read(tenant, deliveryOf(nothing).id))?.key,
    keyOfKind("delivery"),
    "as a delivery is",
  );
  expectEqual((await store.grants.list(tenant, null, 10)).rows[0]?.key, keyOfKind("grant"), "as a grant is");
  expectEqual((await store.audit.read(tenant, 1, 1))[0]?.key, keyOfKind("audit"), "as an entry is");
  expectEqual(new Set(listed.map(({ kind }) => kind)).size, keyKinds.length, "every kind was there");
}

async function stepsThrough(store: Store): Promise<void> {
  await allKinds(store);
  expectEqual(await store.keys.readRotation(tenant), null, "none at first");
  const rotation = await begin(store);
  expectEqual(await store.keys.readRotation(tenant), rotation, "as it was begun");
  const previous = { generation: 1, sealed: rotation.previous as Uint8Array };
  expectEqual((await store.accounts.readTenant(tenant))?.previous, previous, "with the tenant");
  const [record] = await all(store);
  const change = { record: record as KeptRecord, key: keyOf(2, 9), fresh: null };
  const first = stepOf({ after: "one", done: 3 });
  expectEqual(await store.keys.replace(tenant, [change], first), 1, "the first step");
  expectEqual(
    await store.keys.readRotation(tenant),
    { ...rotation, cursor: "one", done: 3 },
    "after the first step",
  );
  const last = stepOf({ before: "one", after: "two", done: 4, endedAt: epoch + 9 });
  expectEqual(await store.keys.replace(tenant, [], last), 0, "the last step");
  const over = { ...rotation, cursor: "two", done: 7, endedAt: epoch + 9, previous: null };
  expectEqual(await store.keys.readRotation(tenant), over, "when it is over");
  expectEqual((await store.accounts.readTenant(tenant))?.previous, undefined, "the old key is gone");
  const again = stepOf({ before: "two", after: "three" });
  expectEqual(await store.keys.replace(tenant, [], again), null, "after its end");
}

async function refusesOldStep(store: Store): Promise<void> {
  await allKinds(store);
  await begin(store);
  const [record] = await all(store);
  const change = { record: record as KeptRecord, key: keyOf(2, 9), fresh: null };
  const stale: readonly RotationStep[] = [stepOf({ before: "one" }), stepOf({ to: 3 })];
  for (const step of stale) {
    expectEqual(await store.keys.replace(tenant, [change], step), null, "another place or rotation");
  }
  const steps = await Promise.all(
    [1, 2].map(() => store.keys.replace(tenant, [change], stepOf({ after: "one" }))),
  );
  expectEqual(
    steps.filter((replaced) => replaced === null).length,
    1,
    "of two who take the same step one has taken it",
  );
  expectEqual(await store.keys.replace(other, [], stepOf({})), null, "a tenant without a rotation");
}

async function refusesOldKeys(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  await begin(store);
  const [oldKey, newKey, awayKey] = [keyOf(2, 1), keyOf(2, 0), keyOf(3, 0)];
  const units = [oldKey, newKey, awayKey].map((key, index) =>
    firstUnit(fence, index + 1, { birth: { key } }),
  );
  expectResults(await store.append(units), ["stale_key", "appended", "appended"], "runs");
  expectEqual(await store.readRun(tenant, runOf(1)), null, "the first is not there");
  const [, first] = units;
  if (first !== undefined) expectResults(await store.append([nextUnit(first)]), ["appended"], "it goes on");
  const free = firstUnit(fence, 9, { tenant: other, birth: { key: oldKey } });
  expectResults(await store.append([free]), ["appended"], "another tenant's");
  const secret = (key: Uint8Array) =>
    store.putSecret({
      tenant,
      name: hashOf(5),
      version: 1,
      key,
      live: null,
      sealed: hashOf(6),
      updatedAt: epoch,
    });
  expectEqual([await secret(oldKey), await secret(newKey)], [false, true], "secrets");
  const definition = (key: Uint8Array, triggerKey: Uint8Array) => {
    const [name, content, sealed] = [hashOf(0), hashOf(1), hashOf(2)];
    const row = { tenant, name, version: 1, content, key, live: null, sealed, createdAt: epoch, names: [] };
    return store.putDefinition(row, [triggerOf(0, triggerKey)]);
  };
  expectEqual(await definition(oldKey, newKey), "stale_key", "a definition");
  expectEqual(await definition(newKey, oldKey), "stale_key", "its trigger");
  expectEqual(await definition(newKey, newKey), "created", "both new");
  const event = (number: number, key: Uint8Array) => {
    const [id, topics, sealed] = [hashOf(number), [hashOf(42)], hashOf(7)];
    return { tenant, id, topics, receivedAt: epoch, key, live: null, sealed };
  };
  expectEqual(await store.putIncoming([event(1, newKey), event(2, oldKey)]), null, "an event");
  expectEqual(await store.putIncoming([event(1, newKey)]), [true], "none of them was stored");
  await refusesOldItems(store, oldKey, newKey);
  expectEqual(
    (await all(store)).every(({ kind, key }) => {
      const own = kind === "trigger" ? keyOfTrigger(key) : key;
      return marks.some((mark) => mark.every((byte, index) => byte === own[index]));
    }),
    true,
    "only new keys are there",
  );
}

async function refusesOldItems(store: Store, oldKey: Uint8Array, newKey: Uint8Array): Promise<void> {
  const put = async (key: Uint8Array) => (await store.inbox.put(itemOf(1, key), roomFor(9))).type;
  expectEqual([await put(oldKey), await put(newKey)], ["stale_key", "waiting"], "an item");
  expectEqual(await store.hooks.put(hookOf(oldKey), 100), "stale_key", "a hook");
  expectEqual(await store.hooks.list(tenant, null, 200), { rows: [], next: null }, "which was not stored");
  expectEqual(await store.hooks.put(hookOf(newKey), 100), "put", "a new one");
  const two = [deliveryOf(oldKey), { ...deliveryOf(newKey), id: newDeliveryId(epoch, bytesOf(2, 10)) }];
  const puts = await store.deliveries.put(two, { accepted: 9, refused: 9, bytes: 9_999 });
  expectEqual(puts, ["stale_key", "put"], "deliveries, each alone");
  expectEqual(await store.grants.put(grantOf(oldKey)), "stale_key", "a grant");
  expectEqual(await store.audit.append(tenant, entriesOf([null, oldKey])), false, "audit entries");
  const old = await store.hooks.revoke(tenant, hookOf(newKey).id, epoch, entriesOf([oldKey]));
  expectEqual(old, "audit_moved", "an entry with what it tells of");
  expectEqual((await store.hooks.list(tenant, null, 200)).rows[0]?.revokedAt, null, "which was not done");
  expectEqual(await store.audit.append(tenant, entriesOf([null, newKey])), true, "new ones");
}

async function replacesWhole(store: Store): Promise<void> {
  await allKinds(store);
  const listed = await all(store, tenant, 100, true);
  const changes = listed.map((record, index): KeyChange => {
    const key = keyOf(2, 100 + index);
    const isRun = record.kind === "run" || record.kind === "child";
    const batches = isRun ? [{ lastSeq: record.whole?.lastSeq ?? 0, sealed: bytesOf(60 + index, 90) }] : [];
    const live = withLive.includes(record.kind) ? wrapOf(index) : null;
    const fresh = { live, sealed: bytesOf(50 + index, 80), batches };
    return { record, key: record.kind === "trigger" ? triggerOf(index, key).sealed : key, fresh };
  });
  const old = changes.map((change) => {
    const { live = null } = change.fresh ?? {};
    const fresh = change.fresh && { ...change.fresh, live: live && wrapOf(1, sampleEpoch + 1) };
    return { ...change, fresh };
  });
  const wrapped = old.filter(({ fresh }) => fresh?.live !== null);
  expectEqual(await store.keys.replace(tenant, wrapped, null), 0, "under an epoch that is not current");
  await store.inbox.settle(tenant, [{ no: 2, state: "started", run: null, reason: null }], epoch);
  // Run 1 is under way, the second item is settled, and audit entries keep their keys.
  expectEqual(await store.keys.replace(tenant, changes, null), listed.length - 4, "all that are quiet");
  const run = await store.readRun(tenant, runOf(2));
  expectEqual([run?.key, run?.card], [changes[1]?.key, changes[1]?.fresh?.sealed], "a run and its card");
  const [batch] = await store.readEvents(tenant, runOf(2), 0, 9);
  expectEqual(batch?.sealed, changes[1]?.fresh?.batches[0]?.sealed, "its batch");
  const [secret, change] = [await store.readSecret(tenant, hashOf(41)), changes[5]];
  expectEqual([secret?.key, secret?.sealed], [change?.key, change?.fresh?.sealed], "a secret");
  expectEqual(secret?.live, change?.fresh?.live, "and its live key");
  expectEqual(await store.keys.replace(tenant, changes, null), 0, "once");
}

async function keepsActive(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const [waits, ended, again] = [1, 2, 3].map((number) =>
    firstUnit(fence, number, { head: number === 1 ? parked : endedAs("failed") }),
  );
  if (waits === undefined || ended === undefined || again === undefined) return;
  await store.append([waits, ended, again]);
  const listed = await all(store, tenant, 100, true);
  expectEqual(
    listed.map(({ whole }) => whole?.quiet),
    [false, true, true],
    "quiet",
  );
  await store.claimRun(fence, epoch, tenant, again.run, true);
  const changes = listed.map((record): KeyChange => {
    const batches = [{ lastSeq: 1, sealed: bytesOf(8, 90) }];
    return { record, key: keyOf(2, 5), fresh: { live: null, sealed: bytesOf(7, 90), batches } };
  });
  expectEqual(
    await store.keys.replace(tenant, changes, null),
    1,
    "only the one that has ended, and is not held",
  );
  expectEqual((await store.readRun(tenant, again.run))?.key, listed[2]?.key, "the one that goes on");
  const two = [...(changes[1]?.fresh?.batches ?? []), { lastSeq: 2, sealed: bytesOf(8, 90) }];
  const [, seen] = await all(store, tenant, 100, true);
  if (seen === undefined) return;
  const fresh = { live: null, sealed: bytesOf(7, 90), batches: two };
  expectEqual(
    await store.keys.replace(tenant, [{ record: seen, key: keyOf(2, 6), fresh }], null),
    0,
    "not all batches",
  );
}
