// The store's contract: epochs of the engine's key, what is wrapped under them, and the fence before it.

import type { SessionRow, TenantRow } from "../account-store.ts";
import type { EngineWrap, EpochState } from "../epoch-store.ts";
import type { GrantRow } from "../inbox-store.ts";
import type { DefinitionRow, IncomingRow, SecretRow, Store } from "../store.ts";
import { expectEqual, expectResults, expectRow } from "./expect.ts";
import {
  beginSampleEpoch,
  bytesOf,
  endedAs,
  epoch,
  firstUnit,
  hashOf,
  keyIdOf,
  leaseAt,
  nextUnit,
  takeEnded,
  tenantOf,
  wrapOf,
} from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const tenant = tenantOf(1);
const [own, secretName, topic] = [hashOf(0), hashOf(41), hashOf(42)];
const grantId = "gra_00000000000000000000000001" as GrantRow["id"];

export const epochCases: readonly StoreCase[] = [
  { name: "an epoch begins after the current one, and only then", run: begins },
  { name: "a node is registered by its report, with its lease", run: registers },
  { name: "what is wrapped under an epoch that is not current is refused", run: refuses },
  { name: "what is refused changes nothing", run: changesNothing },
  {
    name: "wraps of every kind are found at their places, and replaced if they are as they were",
    run: replaces,
  },
  { name: "an epoch retires when nothing is left under it", run: retires },
  { name: "what ended is no wrap any more", run: forgetsEnded },
  { name: "a session is opened in the current epoch, and holds it", run: holdsForSessions },
  { name: "an epoch that nobody can open any more is abandoned with all that is under it", run: abandons },
  { name: "a node is forgotten when it is down and nothing needs its key", run: forgets },
];

function definition(live: Uint8Array | null, changes: Partial<DefinitionRow> = {}): DefinitionRow {
  const [key, sealed] = [bytesOf(1, 60), bytesOf(2, 300)];
  const names = [secretName, topic];
  const row = {
    tenant,
    name: own,
    version: 1,
    content: hashOf(1),
    key,
    live,
    sealed,
    createdAt: epoch,
    names,
  };
  return { ...row, ...changes };
}

function secret(live: Uint8Array | null, version = 1): SecretRow {
  const [key, sealed] = [bytesOf(3, 60), bytesOf(4, 90)];
  return { tenant, name: secretName, version, key, live, sealed, updatedAt: epoch };
}

function incoming(number: number, live: Uint8Array | null): IncomingRow {
  const [key, sealed] = [bytesOf(5, 60), bytesOf(6, 90)];
  return { tenant, id: hashOf(number), topics: [topic], receivedAt: epoch, key, live, sealed };
}

function grant(live: Uint8Array): GrantRow {
  const [key, sealed] = [bytesOf(7, 60), bytesOf(8, 90)];
  const times = { createdAt: epoch, expiresAt: epoch + 9_000, endedAt: null };
  return {
    tenant,
    id: grantId,
    workflow: own,
    version: 1,
    names: [],
    key,
    live,
    sealed,
    ...times,
    end: null,
  };
}

function session(under: number): SessionRow {
  const times = { createdAt: epoch, expiresAt: epoch + 9_000 };
  return { tenant, token: hashOf(under), generation: 1, ...times, sealed: bytesOf(1, 68), epoch: under };
}

const account: TenantRow = {
  tenant,
  generation: 1,
  sealKey: null,
  check: null,
  publicKey: bytesOf(1, 32),
  apiKey: bytesOf(2, 32),
  createdAt: epoch,
  code: bytesOf(3, 32),
};

const keep = (store: Store, live: Uint8Array) =>
  store.keepLive(tenant, {
    definitions: [{ name: own, version: 1, key: bytesOf(1, 60), live }],
    secrets: [],
  });

/** One live row of each kind, wrapped under `under`, the current epoch. */
async function fill(store: Store, under: number) {
  const fence = await store.openLease(leaseAt(epoch));
  await store.putDefinition(definition(null));
  await keep(store, wrapOf(1, under));
  await store.putSecret(secret(wrapOf(2, under)));
  await store.putIncoming([incoming(1, wrapOf(3, under))]);
  expectEqual(await store.grants.put(grant(wrapOf(4, under))), "put", "the grant");
  const unit = firstUnit(fence, 1, { birth: { live: wrapOf(5, under) } });
  expectResults(await store.append([unit]), ["appended"], "the run");
  return unit;
}

async function states(store: Store): Promise<readonly string[]> {
  const { epochs } = await store.epochs.readEpochs();
  const sorted = epochs.toSorted((a, b) => a.epoch - b.epoch);
  return sorted.map((row): `${number} ${EpochState}` => `${row.epoch} ${row.state}`);
}

async function begins(store: Store): Promise<void> {
  expectEqual(await store.epochs.readEpochs(), { epochs: [], nodes: [] }, "nothing at first");
  expectEqual(await beginSampleEpoch(store, 3, 2), false, "after one that is not there");
  expectEqual(await beginSampleEpoch(store, 3), true, "the first");
  expectEqual(await beginSampleEpoch(store, 4), false, "there is one");
  expectEqual(await beginSampleEpoch(store, 3, 3), false, "the same again");
  expectEqual(await beginSampleEpoch(store, 2, 3), false, "an earlier one");
  expectEqual(await beginSampleEpoch(store, 5, 3), true, "a later one");
  expectEqual(await beginSampleEpoch(store, 6, 5), false, "another is retiring still");
  expectEqual(await states(store), ["3 retiring", "5 current"], "states");
  const { epochs } = await store.epochs.readEpochs();
  const row = epochs.find((one) => one.epoch === 5);
  expectEqual(row, { epoch: 5, state: "current", keyId: keyIdOf(5), begunAt: epoch + 5 }, "the row");
  expectEqual(await store.epochs.retireEpoch(5), false, "the current one");
  expectEqual(await store.epochs.retireEpoch(3), true, "the retiring one");
  expectEqual(await store.epochs.retireEpoch(3), false, "once");
  expectEqual(await beginSampleEpoch(store, 6, 5), true, "now");
  expectEqual(await states(store), ["3 retired", "5 retiring", "6 current"], "states in the end");
}

async function registers(store: Store): Promise<void> {
  const nodes = async () => (await store.epochs.readEpochs()).nodes;
  await store.epochs.reportEpoch("node-a", 3);
  expectEqual(await nodes(), [{ node: "node-a", leaseEndsAt: 0, reportedEpoch: 3 }], "without a lease");
  const fence = await store.openLease(leaseAt(epoch));
  await store.epochs.reportEpoch("node-a", 2);
  const leased = { node: "node-a", leaseEndsAt: epoch + 10_000, reportedEpoch: 2 };
  expectEqual(await nodes(), [leased], "with one; also less than before");
  await store.renewLease(fence, leaseAt(epoch + 500));
  await store.epochs.reportEpoch("node-b", 7);
  const both = (await nodes()).toSorted((a, b) => (a.node < b.node ? -1 : 1));
  const other = { node: "node-b", leaseEndsAt: 0, reportedEpoch: 7 };
  expectEqual(both, [{ ...leased, leaseEndsAt: epoch + 10_500 }, other], "renewed, and another node");
  await store.closeLease(fence, []);
  expectEqual(
    (await nodes()).every(({ leaseEndsAt }) => leaseEndsAt === 0),
    true,
    "closed",
  );
}

/** Every write that brings a wrap under `under`, of rows that are not there yet. */
async function answers(store: Store, fence: number, under: number, run: number) {
  const live = wrapOf(9, under);
  const [appended] = await store.append([firstUnit(fence, run, { birth: { live } })]);
  const child = definition(live, { name: hashOf(100 + run) });
  return [
    appended?.type,
    await store.putDefinition(child),
    await store.putSecret({ ...secret(live), name: hashOf(200 + run) }),
    await store.putIncoming([incoming(300 + run, null), incoming(400 + run, live)]),
    await keep(store, live),
    await store.grants.put(grant(live)),
  ];
}

const refused = ["stale_epoch", "stale_epoch", false, null, false, "stale_epoch"];

async function refuses(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  await store.putDefinition(definition(null));
  expectEqual(await answers(store, fence, 3, 1), refused, "no epoch");
  await beginSampleEpoch(store, 3);
  expectEqual(await answers(store, fence, 4, 2), refused, "one that comes later");
  await keep(store, wrapOf(1, 3));
  const taken = ["appended", "created", true, [true, true], true, "put"];
  expectEqual(await answers(store, fence, 3, 3), taken, "the current one");
  await beginSampleEpoch(store, 4, 3);
  expectEqual(await answers(store, fence, 3, 4), refused, "one that is retiring");
  const ended = firstUnit(fence, 9, { head: endedAs("failed") });
  await store.append([ended]);
  await takeEnded(store, ended);
  const again = { head: { endedAt: null, held: true } };
  const under = (number: number) => nextUnit(ended, { ...again, extra: { live: wrapOf(8, number) } });
  expectResults(await store.append([under(3)]), ["stale_epoch"], "a run that is gone on with");
  expectResults(await store.append([under(4)]), ["appended"], "in the current one");
}

async function changesNothing(store: Store): Promise<void> {
  await beginSampleEpoch(store, 3);
  const unit = await fill(store, 3);
  await beginSampleEpoch(store, 4, 3);
  const before = await store.epochs.wrapsOf(3, 99);
  const { fence } = unit;
  expectEqual(await answers(store, fence, 3, 5), refused, "refused");
  expectEqual(await store.putSecret(secret(wrapOf(9, 3), 2)), false, "the next version of a secret");
  const other = firstUnit(fence, 6, { birth: { live: wrapOf(9, 3), startKey: hashOf(9) } });
  expectResults(await store.append([other, nextUnit(unit)]), ["stale_epoch", "appended"], "judged alone");
  expectEqual(await store.readRunByStartKey(tenant, hashOf(9)), null, "no start key was taken");
  expectEqual((await store.readSecret(tenant, secretName))?.version, 1, "the secret");
  expectEqual(await store.listIncoming(tenant, topic, 0, 9), [incoming(1, wrapOf(3, 3))], "the events");
  expectEqual(await store.epochs.wrapsOf(3, 99), before, "the wraps");
  expectEqual((await store.grants.find(tenant, own))?.live, wrapOf(4, 3), "the grant");
}

const byTable = (wraps: readonly EngineWrap[]) =>
  wraps.toSorted((a, b) => (a.place.table < b.place.table ? -1 : 1));

async function replaces(store: Store): Promise<void> {
  await beginSampleEpoch(store, 3);
  const { run } = await fill(store, 3);
  const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const placed = { tenant, column: "key" } as const;
  const expected: readonly EngineWrap[] = [
    { place: { ...placed, table: "definition", row: hex(own), version: 1 }, wrapped: wrapOf(1, 3) },
    { place: { ...placed, table: "grant", row: grantId, version: 0 }, wrapped: wrapOf(4, 3) },
    { place: { ...placed, table: "incoming", row: hex(hashOf(1)), version: 0 }, wrapped: wrapOf(3, 3) },
    { place: { ...placed, table: "run", row: run, version: 0 }, wrapped: wrapOf(5, 3) },
    { place: { ...placed, table: "secret", row: hex(secretName), version: 1 }, wrapped: wrapOf(2, 3) },
  ];
  const found = byTable(await store.epochs.wrapsOf(3, 99));
  expectEqual(found, expected, "found");
  expectEqual((await store.epochs.wrapsOf(3, 2)).length, 2, "at most so many");
  expectEqual(await store.epochs.wrapsOf(4, 99), [], "none of another epoch");
  await beginSampleEpoch(store, 4, 3);
  const anew = found.map((wrap, index) => ({ ...wrap, by: wrapOf(50 + index, 4) }));
  expectEqual(await store.epochs.replaceWraps(3, anew), false, "by one that is not current");
  expectEqual(byTable(await store.epochs.wrapsOf(3, 99)), expected, "unchanged");
  const changed = { ...anew[0], wrapped: wrapOf(1, 9) } as (typeof anew)[0];
  const gone = { ...anew[3], by: null } as Omit<(typeof anew)[0], "by"> & { readonly by: null };
  const elsewhere = {
    ...anew[4],
    place: { ...placed, table: "secret", row: hex(secretName), version: 2 },
  } as (typeof anew)[0];
  const given = [changed, anew[1], anew[2], gone, elsewhere] as typeof anew;
  expectEqual(await store.epochs.replaceWraps(4, given), true, "by the current one");
  const left = byTable(await store.epochs.wrapsOf(3, 99)).map(({ place }) => place.table);
  expectEqual(left, ["definition", "secret"], "what was not as it was stays");
  const moved = byTable(await store.epochs.wrapsOf(4, 99)).map(({ wrapped }) => wrapped);
  expectEqual(moved, [wrapOf(51, 4), wrapOf(52, 4)], "what was, is replaced");
  expectEqual((await store.readRun(tenant, run))?.live, null, "what does not open goes");
}

async function retires(store: Store): Promise<void> {
  await beginSampleEpoch(store, 3);
  await fill(store, 3);
  await beginSampleEpoch(store, 4, 3);
  const left = await store.epochs.wrapsOf(3, 99);
  expectEqual(left.length, 5, "one of each kind");
  for (const [index, wrap] of left.entries()) {
    expectEqual(await store.epochs.retireEpoch(3), false, `${left.length - index} are left`);
    await store.epochs.replaceWraps(4, [{ ...wrap, by: wrapOf(60 + index, 4) }]);
  }
  expectEqual(await store.epochs.retireEpoch(3), true, "none is left");
  expectEqual(await states(store), ["3 retired", "4 current"], "states");
  expectEqual((await store.epochs.wrapsOf(4, 99)).length, 5, "all are under the next");
  expectEqual(await store.dropLive(), 0, "what is active counts as before");
}

async function forgetsEnded(store: Store): Promise<void> {
  await beginSampleEpoch(store, 3);
  const unit = await fill(store, 3);
  await store.append([nextUnit(unit, { head: endedAs("completed") })]);
  await store.grants.revoke(tenant, grantId, epoch);
  expectEqual(await store.dropLive(), 3, "a definition, a secret, an event");
  expectEqual(await store.epochs.wrapsOf(3, 99), [], "nothing is left");
  expectEqual(
    (await expectRow(store, nextUnit(unit, { head: endedAs("completed") }), "the run")).live,
    null,
    "its key",
  );
}

async function holdsForSessions(store: Store): Promise<void> {
  await store.accounts.createTenant(account);
  await beginSampleEpoch(store, 3);
  const use = (under: number) => {
    const one = { jti: `jti-${under}`, expiresAt: epoch + 60, session: session(under) };
    return store.accounts.useHandshake(tenant, { ...one, change: null, ends: "nothing" });
  };
  expectEqual(await use(4), "stale_epoch", "one that comes later");
  expectEqual(await store.accounts.readSessions([hashOf(4)]), [], "no session");
  expectEqual(await use(3), "used", "the current one");
  await beginSampleEpoch(store, 4, 3);
  expectEqual(await use(4), "used", "the refused one was not used up");
  expectEqual(await store.epochs.retireEpoch(3), false, "a session is left");
  await store.accounts.endSessions(tenant, hashOf(3));
  expectEqual(await store.epochs.retireEpoch(3), true, "none is left");
}

async function abandons(store: Store): Promise<void> {
  await store.accounts.createTenant(account);
  await beginSampleEpoch(store, 3);
  const unit = await fill(store, 3);
  const use = { jti: "jti-1", expiresAt: epoch + 60, session: session(3), change: null };
  await store.accounts.useHandshake(tenant, { ...use, ends: "nothing" });
  expectEqual(await store.epochs.abandonEpoch(3), false, "no node has said anything");
  await store.epochs.reportEpoch("node-a", 7);
  await store.epochs.reportEpoch("node-b", 3);
  expectEqual(await store.epochs.abandonEpoch(3), false, "one can open it still");
  expectEqual((await store.epochs.wrapsOf(3, 99)).length, 5, "nothing was changed");
  await store.epochs.reportEpoch("node-b", 4);
  expectEqual(await store.epochs.abandonEpoch(9), false, "one that is not there");
  expectEqual(await store.epochs.abandonEpoch(3), true, "nobody can");
  expectEqual(await states(store), ["3 retired"], "retired");
  expectEqual(await store.epochs.wrapsOf(3, 99), [], "no wrap");
  expectEqual(await store.accounts.readSessions([hashOf(3)]), [], "no session");
  expectEqual((await expectRow(store, unit, "the run")).live, null, "the run is there, closed");
  expectEqual(await keep(store, wrapOf(1, 3)), false, "nothing is current");
  expectEqual(await beginSampleEpoch(store, 7), true, "another begins");
  expectEqual(await keep(store, wrapOf(1, 7)), true, "and is current");
}

async function forgets(store: Store): Promise<void> {
  await beginSampleEpoch(store, 3);
  await store.epochs.reportEpoch("node-old", 2);
  expectEqual(await store.epochs.forgetNode("node-other", epoch), "unknown", "one that is not there");
  expectEqual(await store.epochs.forgetNode("node-old", epoch), "needed", "it alone has the key");
  await store.epochs.reportEpoch("node-new", 4);
  expectEqual(await store.epochs.forgetNode("node-old", epoch), "needed", "the other's file is too late");
  await store.epochs.reportEpoch("node-new", 3);
  const lease = { node: "node-old", now: epoch, ttlMs: 1_000 };
  await store.openLease(lease);
  expectEqual(await store.epochs.forgetNode("node-old", epoch + 999), "alive", "its lease lasts");
  expectEqual((await store.epochs.readEpochs()).nodes.length, 2, "nothing was changed");
  expectEqual(await store.epochs.forgetNode("node-old", epoch + 1_000), "forgotten", "it is down");
  const { nodes } = await store.epochs.readEpochs();
  expectEqual(
    nodes.map(({ node }) => node),
    ["node-new"],
    "the other stays",
  );
  await store.epochs.reportEpoch("node-old", 2);
  expectEqual((await store.epochs.readEpochs()).nodes.length, 2, "one that comes back is registered again");
}
