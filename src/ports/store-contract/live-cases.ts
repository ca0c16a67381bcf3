// The store's contract: what the engine alone may open, and whose runs it may claim.

import type { DefinitionRow, IncomingRow, SecretRow, Store } from "../store.ts";
import { expectEqual, expectResults, expectRow } from "./expect.ts";
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
  takeEnded,
  tenantOf,
  wrapOf,
} from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const [tenant, other] = [tenantOf(1), tenantOf(2)];
const live = wrapOf(7);
/** The sample's runs are of the workflow of hash 0, version 1. */
const own = hashOf(0);
const [childName, secretName, topic] = [hashOf(40), hashOf(41), hashOf(42)];

export const liveCases: readonly StoreCase[] = [
  { name: "a run brings its live key, and loses it with its end", run: losesWithEnd },
  { name: "a live run of a definition that is not live is refused", run: refusesNotLive },
  { name: "a run that is gone on with brings its live key again", run: reopens },
  { name: "definitions and secrets are kept live in the version that was named", run: keepsVersions },
  { name: "new records are live only if a live definition names them", run: keepsWhatIsNamed },
  { name: "a definition becomes live with all that it names, or not at all", run: keepsWhole },
  { name: "a secret that was deleted keeps no definition closed", run: passesDeleted },
  { name: "a live definition that names something closed is found", run: findsHalfLive },
  { name: "what no active run may need is closed", run: closesUnneeded },
  { name: "what an active run may need stays, through all that it names", run: keepsNeeded },
  { name: "only the definition's own version counts, and only the tenant's", run: countsExactly },
  { name: "attended runs are claimed for open tenants only", run: claimsOpen },
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

function secret(changes: Partial<SecretRow> = {}): SecretRow {
  const sealed = bytesOf(4, 90);
  return {
    tenant,
    name: secretName,
    version: 1,
    key: bytesOf(3, 60),
    live,
    sealed,
    updatedAt: epoch,
    ...changes,
  };
}

function incoming(number: number, changes: Partial<IncomingRow> = {}): IncomingRow {
  const topics = [topic, hashOf(43)];
  const [key, sealed] = [bytesOf(5, 60), bytesOf(6, 90)];
  return { tenant, id: hashOf(number), topics, receivedAt: epoch, key, live, sealed, ...changes };
}

async function keep(store: Store, version = 1): Promise<void> {
  await store.keepLive(tenant, {
    definitions: [{ name: own, version, key: bytesOf(1, 60), live }],
    secrets: [],
  });
}

async function isLive(store: Store, version = 1, name = own): Promise<boolean> {
  return (await store.readDefinition(tenant, name, version))?.live != null;
}

async function losesWithEnd(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  await store.putDefinition(definition());
  await keep(store);
  const first = firstUnit(fence, 1, { birth: { live } });
  const ends = firstUnit(fence, 2, { birth: { live }, head: endedAs("completed") });
  await store.append([first, ends]);
  expectEqual((await expectRow(store, first, "active")).live, live, "its live key");
  expectEqual((await expectRow(store, ends, "ended at once")).live, null, "none");
  const waits = nextUnit(first, { head: parked });
  await store.append([waits]);
  expectEqual((await expectRow(store, waits, "waiting")).live, live, "still there");
  const [claimed] = [await store.claimRun(fence, epoch, tenant, first.run)];
  expectEqual(claimed !== null && claimed !== false && claimed.live, live, "and given with a claim");
  const end = nextUnit(waits, { head: endedAs("failed") });
  await store.append([end]);
  expectEqual((await expectRow(store, end, "ended")).live, null, "gone");
}

async function refusesNotLive(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const unit = firstUnit(fence, 1, { birth: { live, startKey: hashOf(9) } });
  expectResults(await store.append([unit]), ["not_live"], "no definition");
  await store.putDefinition(definition());
  expectEqual(await isLive(store), false, "a new definition that nothing names");
  expectResults(
    await store.append([unit, firstUnit(fence, 2)]),
    ["not_live", "appended"],
    "one that is closed",
  );
  expectEqual(await store.readRun(tenant, unit.run), null, "nothing was changed");
  expectEqual(await store.readRunByStartKey(tenant, hashOf(9)), null, "nor its start key taken");
  await keep(store);
  expectResults(await store.append([unit]), ["appended"], "one that is open");
  const otherVersion = firstUnit(fence, 3, { birth: { live, version: 2 } });
  expectResults(await store.append([otherVersion]), ["not_live"], "another version");
}

async function reopens(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  await store.putDefinition(definition());
  await keep(store);
  const first = firstUnit(fence, 1, { birth: { live }, head: endedAs("failed") });
  await store.append([first]);
  await store.dropLive();
  await takeEnded(store, first);
  const again = nextUnit(first, { head: { endedAt: null, held: true }, extra: { live: wrapOf(8) } });
  expectResults(await store.append([again]), ["not_live"], "its definition is closed");
  expectEqual((await expectRow(store, first, "unchanged")).endedAt, first.head.endedAt, "still ended");
  await keep(store);
  expectResults(await store.append([again]), ["appended"], "open again");
  expectEqual((await expectRow(store, again, "goes on")).live, wrapOf(8), "its new live key");
  expectEqual(await store.dropLive(), 0, "it counts as active");
  await store.append([nextUnit(again, { head: endedAs("failed") })]);
  expectEqual(await store.dropLive(), 1, "and no more");
}

async function keepsVersions(store: Store): Promise<void> {
  await store.putDefinition(definition());
  await store.putDefinition(definition({ version: 2, content: hashOf(2) }));
  await store.putSecret(secret());
  const records = {
    definitions: [
      { name: own, version: 1, key: bytesOf(1, 60), live },
      { name: own, version: 2, key: bytesOf(9, 60), live },
      { name: own, version: 3, key: bytesOf(1, 60), live },
    ],
    secrets: [{ name: secretName, version: 2, key: bytesOf(3, 60), live }],
  };
  await store.keepLive(tenant, records);
  expectEqual([await isLive(store, 1), await isLive(store, 2)], [true, false], "versions and keys");
  expectEqual((await store.readSecret(tenant, secretName))?.live, null, "another version of the secret");
  const right = [{ name: secretName, version: 1, key: bytesOf(3, 60), live }];
  const otherKey = [{ name: secretName, version: 1, key: bytesOf(4, 60), live }];
  await store.keepLive(tenant, { definitions: [], secrets: otherKey });
  expectEqual((await store.readSecret(tenant, secretName))?.live, null, "another key");
  await store.keepLive(other, { definitions: [], secrets: right });
  expectEqual((await store.readSecret(tenant, secretName))?.live, null, "another tenant");
  await store.keepLive(tenant, { definitions: [], secrets: right });
  expectEqual((await store.readSecret(tenant, secretName))?.live, live, "the right one");
  expectEqual((await store.listSecrets(tenant))[0]?.live, live, "in the list");
}

async function keepsWhatIsNamed(store: Store): Promise<void> {
  await store.putDefinition(definition({ names: [childName, secretName, topic] }));
  const states = async () => [
    (await store.readSecret(tenant, secretName))?.live != null,
    await isLive(store, 1, childName),
    (await store.listIncoming(tenant, topic, 0, 10)).map((row) => row.live !== null),
  ];
  await store.putSecret(secret());
  await store.putIncoming([incoming(1)]);
  expectEqual(await states(), [false, false, [false]], "nothing is live");
  const opened = [{ name: own, version: 1, key: bytesOf(1, 60), live }];
  await store.keepLive(tenant, {
    definitions: opened,
    secrets: [{ name: secretName, version: 1, key: bytesOf(3, 60), live }],
  });
  await store.putSecret(secret({ version: 2 }));
  await store.putDefinition(definition({ name: childName }));
  await store.putIncoming([incoming(2)]);
  await store.putIncoming([incoming(3, { topics: [hashOf(43), topic] })]);
  expectEqual(await states(), [true, true, [false, true, false]], "what is named");
  await store.putSecret(secret({ name: hashOf(44) }));
  expectEqual((await store.readSecret(tenant, hashOf(44)))?.live, null, "what is not named");
  await store.putSecret(secret({ version: 3, live: null }));
  expectEqual((await store.readSecret(tenant, secretName))?.live, null, "what brings no live key");
}

async function keepsWhole(store: Store): Promise<void> {
  await store.putDefinition(definition({ names: [childName, secretName, topic, hashOf(45)] }));
  const highest = definition({ name: childName, version: 2, content: hashOf(3) });
  for (const row of [definition({ name: childName }), highest]) await store.putDefinition(row);
  for (const version of [1, 2]) await store.putSecret(secret({ version }));
  const keepWith = async (
    child: number,
    version: number,
    childKey = bytesOf(1, 60),
    secretKey = bytesOf(3, 60),
  ) => {
    const definitions = [
      { name: own, version: 1, key: bytesOf(1, 60), live },
      { name: childName, version: child, key: childKey, live },
    ];
    const secrets = [{ name: secretName, version, key: secretKey, live }];
    await store.keepLive(tenant, { definitions, secrets });
    return [
      await isLive(store),
      await isLive(store, child, childName),
      (await store.readSecret(tenant, secretName))?.live != null,
    ];
  };
  await keep(store);
  expectEqual(await isLive(store), false, "alone");
  expectEqual(await keepWith(1, 2), [false, false, false], "with a lower version of a workflow");
  expectEqual(await keepWith(2, 1), [false, false, false], "with a secret that was replaced");
  const other = bytesOf(9, 60);
  expectEqual(await keepWith(2, 2, other), [false, false, false], "with a workflow whose key was replaced");
  expectEqual(
    await keepWith(2, 2, undefined, other),
    [false, false, false],
    "with a secret whose key was replaced",
  );
  expectEqual(await keepWith(2, 2), [true, true, true], "with all that it names and that is there");
  await store.dropLive();
  const nothing = new Uint8Array(0);
  await store.putSecret(secret({ version: 3, key: nothing, live: null, sealed: nothing }));
  expectEqual(await keepWith(2, 2), [true, true, false], "with a secret that was deleted");
  await store.keepLive(tenant, {
    definitions: [{ name: childName, version: 1, key: bytesOf(1, 60), live }],
    secrets: [],
  });
  expectEqual(await isLive(store, 1, childName), true, "one that names nothing");
}

async function passesDeleted(store: Store): Promise<void> {
  await store.putDefinition(definition({ names: [secretName] }));
  await store.putSecret(secret());
  await store.putSecret(secret({ version: 2, key: new Uint8Array(), live: null, sealed: new Uint8Array() }));
  await keep(store);
  expectEqual(await isLive(store), true, "nothing of it is to be opened");
}

async function closesUnneeded(store: Store): Promise<void> {
  await store.putDefinition(definition({ names: [secretName, topic] }));
  await keep(store);
  await store.putSecret(secret());
  await store.putIncoming([incoming(1)]);
  expectEqual(await store.dropLive(), 3, "a definition, a secret, an event");
  expectEqual(await isLive(store), false, "the definition");
  expectEqual((await store.readSecret(tenant, secretName))?.live, null, "the secret");
  expectEqual((await store.listIncoming(tenant, topic, 0, 10))[0]?.live, null, "the event");
  expectEqual(await store.dropLive(), 0, "nothing is left");
}

async function keepsNeeded(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  await store.putDefinition(definition({ names: [childName] }));
  await keep(store);
  await store.putDefinition(definition({ name: childName, names: [secretName, own] }));
  await store.putDefinition(definition({ name: childName, version: 2, content: hashOf(3), names: [topic] }));
  await store.putSecret(secret());
  await store.putIncoming([incoming(1)]);
  const first = firstUnit(fence, 1, { birth: { live } });
  await store.append([first]);
  expectEqual(await store.dropLive(), 0, "the run may need all of it");
  await store.append([nextUnit(first, { head: endedAs("completed") })]);
  expectEqual(await store.dropLive(), 5, "and none of it after its end");
}

async function countsExactly(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  await store.putDefinition(definition());
  await store.putDefinition(definition({ version: 2, content: hashOf(2) }));
  await store.putDefinition(definition({ tenant: other }));
  await keep(store);
  await keep(store, 2);
  await store.keepLive(other, {
    definitions: [{ name: own, version: 1, key: bytesOf(1, 60), live }],
    secrets: [],
  });
  const attended = firstUnit(fence, 2, { birth: { attended: true } });
  await store.append([firstUnit(fence, 1, { birth: { live } }), attended]);
  expectEqual(await store.dropLive(), 2, "the other version, and the other tenant's");
  expectEqual([await isLive(store, 1), await isLive(store, 2)], [true, false], "what is left");
}

async function claimsOpen(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const due = { head: { ...parked, dueAt: epoch } };
  await store.append([
    firstUnit(fence, 1, { ...due, birth: { attended: true } }),
    firstUnit(fence, 2, { head: { ...parked, dueAt: epoch + 5 } }),
    firstUnit(fence, 3, { ...due, tenant: other, birth: { attended: true } }),
    firstUnit(fence, 4, { head: parked, birth: { attended: true } }),
    firstUnit(fence, 5, { head: parked, extra: { pokes: [runOf(4)] } }),
  ]);
  expectEqual(await store.nextDueAt(), epoch + 5, "nobody is open");
  expectEqual(await store.nextDueAt([other]), epoch, "the other is open");
  expectEqual(await store.nextDueAt([tenant]), 0, "one that is poked");
  const runs = async (open: readonly (typeof tenant)[]) =>
    (await store.claim(fence, epoch, 10, open)).map((row) => row.run);
  expectEqual(await runs([]), [], "nobody is open");
  expectEqual(await runs([other, tenantOf(3)]), [runOf(3)], "the other is open");
  expectEqual(await runs([tenant]), [runOf(4), runOf(1)], "the tenant is open");
}

async function findsHalfLive(store: Store): Promise<void> {
  await store.putDefinition(definition({ names: [secretName] }));
  const versions = async (limit = 10) =>
    (await store.listHalfLive(tenant, limit)).map(({ version }) => version);
  expectEqual(await versions(), [], "one that is closed");
  await keep(store);
  expectEqual(await versions(), [], "nothing of what it names is there");
  await store.putSecret(secret({ live: null }));
  expectEqual([await versions(), await versions(0)], [[1], []], "its secret is closed");
  expectEqual(await store.listHalfLive(other, 10), [], "of another tenant");
  await store.keepLive(tenant, {
    definitions: [],
    secrets: [{ name: secretName, version: 1, key: bytesOf(3, 60), live }],
  });
  expectEqual(await versions(), [], "all is open");
}
