// The store's contract: tenants, their sessions, and handshakes that are used once.

import type { HandshakeUse, SessionRow, TenantRow } from "../account-store.ts";
import type { Store } from "../store.ts";
import { expectEqual } from "./expect.ts";
import { bytesOf, epoch, firstUnit, hashOf, leaseAt, runOf, sampleEpoch, tenantOf } from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const [one, two, none] = [tenantOf(1), tenantOf(2), tenantOf(3)];

export const accountCases: readonly StoreCase[] = [
  { name: "a tenant is found by its id and by its API key", run: findsTenants },
  { name: "neither a tenant's id nor its API key comes twice", run: refusesSecondTenant },
  { name: "a handshake is used once, with all that it does", run: usesHandshakeOnce },
  { name: "a handshake replaces the row that it saw, and no other", run: replacesRow },
  { name: "sessions end one by one, and all of a tenant", run: endsSessions },
  { name: "beyond a number the oldest sessions end, with what came of them", run: boundsSessions },
  { name: "the oldest session does not end when a link is made by it", run: keepsParent },
  { name: "a link becomes one session, once, while the session that made it is there", run: linksSessions },
  { name: "what has ended is forgotten", run: dropsEnded },
  { name: "a tenant goes with all that is stored of it, and no other does", run: endsTenant },
  { name: "of 50 uses of one handshake at once one stands", run: usesConcurrently },
];

function rowOf(number: number, changes: Partial<TenantRow> = {}): TenantRow {
  return {
    tenant: tenantOf(number),
    generation: 1,
    publicKey: bytesOf(number, 32),
    sealKey: null,
    check: null,
    apiKey: bytesOf(number + 10, 32),
    createdAt: epoch + number,
    code: bytesOf(number + 20, 32),
    ...changes,
  };
}

function sessionOf(number: number, tenant = one): SessionRow {
  return {
    tenant,
    token: bytesOf(number, 32),
    generation: 1,
    createdAt: epoch,
    expiresAt: epoch + 3_600_000,
    sealed: bytesOf(number, 68),
    epoch: sampleEpoch,
  };
}

function useOf(jti: string, changes: Partial<HandshakeUse> = {}): HandshakeUse {
  return { jti, expiresAt: epoch + 60_000, session: null, change: null, ends: "nothing", ...changes };
}

const tokens = (...sessions: readonly SessionRow[]) => sessions.map(({ token }) => token);

async function findsTenants({ accounts }: Store): Promise<void> {
  const [first, second] = [rowOf(1), rowOf(2, { sealKey: bytesOf(7, 32), check: bytesOf(8, 32) })];
  expectEqual(
    [await accounts.createTenant(first), await accounts.createTenant(second)],
    [true, true],
    "both",
  );
  for (const row of [first, second]) {
    expectEqual(await accounts.readTenant(row.tenant), row, "by its id");
    expectEqual(await accounts.readTenantByKey(row.apiKey), row, "by its API key");
  }
  expectEqual(await accounts.readTenant(none), null, "an unknown id");
  expectEqual(await accounts.readTenantByKey(bytesOf(99, 32)), null, "an unknown API key");
}

async function refusesSecondTenant({ accounts }: Store): Promise<void> {
  const row = rowOf(1);
  await accounts.createTenant(row);
  expectEqual(await accounts.createTenant({ ...rowOf(2), tenant: one }), false, "the id again");
  expectEqual(await accounts.createTenant({ ...rowOf(2), apiKey: row.apiKey }), false, "the API key again");
  expectEqual(await accounts.readTenant(one), row, "the first stands");
  expectEqual(await accounts.readTenant(two), null, "the second is not there");
}

async function usesHandshakeOnce({ accounts }: Store): Promise<void> {
  const row = rowOf(1);
  await accounts.createTenant(row);
  const session = sessionOf(1);
  const keyed = { ...row, sealKey: bytesOf(3, 32), check: bytesOf(4, 32), code: bytesOf(5, 32) };
  const use = useOf("a", { session, change: { before: row.code, row: keyed } });
  expectEqual(await accounts.useHandshake(one, use), "used", "the first time");
  expectEqual(await accounts.readTenant(one), keyed, "the row");
  expectEqual(await accounts.readSessions(tokens(session)), [session], "the session");
  const again = useOf("a", { session: sessionOf(2), change: { before: keyed.code, row }, ends: "sessions" });
  expectEqual(await accounts.useHandshake(one, again), "replayed", "the second time");
  expectEqual(await accounts.readTenant(one), keyed, "the row then");
  expectEqual(await accounts.readSessions(tokens(session, sessionOf(2))), [session], "the sessions then");
  const other = useOf("b", { session: sessionOf(2), ends: "sessions" });
  expectEqual(await accounts.useHandshake(one, other), "used", "another handshake");
  expectEqual(await accounts.readSessions(tokens(session, sessionOf(2))), [sessionOf(2)], "its session only");
}

async function replacesRow({ accounts }: Store): Promise<void> {
  const [row, stranger] = [rowOf(1), rowOf(2)];
  await accounts.createTenant(row);
  await accounts.createTenant(stranger);
  const recovery = { publicKey: bytesOf(10, 32), sealedKey: bytesOf(11, 80) };
  const next = { ...row, apiKey: bytesOf(6, 32), code: bytesOf(7, 32), recovery };
  const stale = useOf("a", { session: sessionOf(1), change: { before: bytesOf(8, 32), row: next } });
  expectEqual(await accounts.useHandshake(one, stale), "changed", "over a row that it did not see");
  expectEqual(await accounts.readTenant(one), row, "the row");
  expectEqual(await accounts.readSessions(tokens(sessionOf(1))), [], "no session");
  const use = useOf("a", { session: sessionOf(1), change: { before: row.code, row: next } });
  expectEqual(await accounts.useHandshake(one, use), "used", "it was not used up");
  expectEqual(await accounts.readTenantByKey(next.apiKey), next, "by the new API key");
  expectEqual(await accounts.readTenantByKey(row.apiKey), null, "by the old one");
  expectEqual(await accounts.readTenant(two), stranger, "the other tenant");
  expectEqual(await accounts.useHandshake(none, useOf("b")), "changed", "of a tenant that is not there");
  const old = useOf("c", { session: { ...sessionOf(3), generation: 2 } });
  expectEqual(await accounts.useHandshake(one, old), "changed", "with a session of another generation");
  expectEqual(await accounts.readSessions(tokens(sessionOf(3))), [], "which is not there");
}

async function endsSessions({ accounts }: Store): Promise<void> {
  for (const number of [1, 2]) await accounts.createTenant(rowOf(number));
  const [a, b, c] = [sessionOf(1), sessionOf(2), sessionOf(3, two)];
  await accounts.useHandshake(one, useOf("a", { session: a }));
  await accounts.useHandshake(one, useOf("b", { session: b }));
  await accounts.useHandshake(two, useOf("c", { session: c }));
  expectEqual(await accounts.endSessions(two, a.token), 0, "that of another tenant");
  expectEqual(await accounts.endSessions(one, a.token), 1, "one");
  expectEqual(await accounts.endSessions(one, a.token), 0, "one again");
  expectEqual(await accounts.readSessions(tokens(a, b)), [b], "the rest");
  expectEqual(await accounts.endSessions(one, null), 1, "all");
  expectEqual(await accounts.readSessions(tokens(a, b, c)), [c], "those of the other tenant");
}

async function boundsSessions({ accounts }: Store): Promise<void> {
  for (const number of [1, 2]) await accounts.createTenant(rowOf(number));
  const [first, second, third, fourth] = [1, 2, 3, 4].map((number) => ({
    ...sessionOf(number),
    createdAt: epoch + number,
  })) as [SessionRow, SessionRow, SessionRow, SessionRow];
  const stranger = { ...sessionOf(9, two), createdAt: epoch };
  await accounts.useHandshake(two, useOf("z", { session: stranger }));
  const open = (session: SessionRow) =>
    accounts.useHandshake(one, useOf(`${session.createdAt}`, { session, sessionsMax: 3 }));
  for (const session of [second, first]) await open(session);
  const link = { ...sessionOf(5), createdAt: epoch + 9, link: { parent: first.token, isUsed: true } };
  await accounts.linkSession(link, null);
  const there = () => accounts.readSessions(tokens(first, second, third, fourth, link, stranger));
  await open(third);
  expectEqual(await there(), [second, third, stranger], "the oldest, and the one that came of it");
  await open(fourth);
  const old = { ...sessionOf(6), createdAt: epoch };
  await open(old);
  expectEqual(await there(), [third, fourth, stranger], "the oldest of those that were there");
  expectEqual(await accounts.readSessions(tokens(old)), [old], "never the one that is opened");
}

async function keepsParent({ accounts }: Store): Promise<void> {
  await accounts.createTenant(rowOf(1));
  const [first, second, third] = [1, 2, 3].map((number) => ({
    ...sessionOf(number),
    createdAt: epoch + number,
  })) as [SessionRow, SessionRow, SessionRow];
  // As `linkSession` does at its own, larger number.
  const open = (session: SessionRow) =>
    accounts.useHandshake(one, useOf(`${session.createdAt}`, { session, sessionsMax: 3 }));
  for (const session of [first, second, third]) await open(session);
  const link = { ...sessionOf(4), createdAt: epoch + 4, link: { parent: first.token, isUsed: false } };
  await open(link);
  const there = () => accounts.readSessions(tokens(first, second, third, link));
  expectEqual(await there(), [first, third, link], "the oldest of the others ended");
  expectEqual(await accounts.endSessions(one, first.token), 2, "and the link with its session");
}

async function linksSessions(store: Store): Promise<void> {
  const { accounts } = store;
  for (const number of [1, 2]) await accounts.createTenant(rowOf(number));
  const [a, b] = [sessionOf(1), sessionOf(3, two)];
  await accounts.useHandshake(one, useOf("a", { session: a }));
  await accounts.useHandshake(two, useOf("b", { session: b }));
  const of = (number: number, isUsed: boolean, changes: Partial<SessionRow> = {}) => ({
    ...sessionOf(number),
    link: { parent: a.token, isUsed },
    ...changes,
  });
  const [link, child] = [of(5, false), of(6, true)];
  const parent = (token: Uint8Array, isUsed = false) => ({ link: { parent: token, isUsed } });
  const gone = [
    [{ ...of(7, false), ...parent(b.token) }, null, "of another tenant's session"],
    [{ ...of(7, false), ...parent(bytesOf(99, 32)) }, null, "of a session that is not there"],
    [of(7, false, { generation: 2 }), null, "of another generation"],
    [child, link.token, "of a link that is not there"],
  ] as const;
  for (const [row, uses, what] of gone) expectEqual(await accounts.linkSession(row, uses), "gone", what);
  expectEqual(
    await accounts.linkSession(of(7, false, { epoch: sampleEpoch + 1 }), null),
    "stale_epoch",
    "epoch",
  );
  expectEqual(await accounts.linkSession(link, null), "linked", "the link");
  expectEqual(
    await accounts.linkSession({ ...child, ...parent(link.token) }, null),
    "gone",
    "of a link itself",
  );
  const uses = [child, of(8, true), of(9, true)].map((row) => accounts.linkSession(row, link.token));
  expectEqual((await Promise.all(uses)).sort(), ["gone", "gone", "linked"], "three at once");
  const rows = await accounts.listSessions(one);
  expectEqual(rows.length, 2, "the session and what came of it");
  const came = rows.find(({ link }) => link !== undefined);
  expectEqual(came?.link, { parent: a.token, isUsed: true }, "where it came from");
  expectEqual(await accounts.linkSession(of(9, true), a.token), "gone", "a session is no link");
  expectEqual((await accounts.listSessions(two)).length, 1, "of the other tenant");
  expectEqual(await accounts.endSessions(one, a.token), 2, "both end");
  expectEqual(await accounts.listSessions(one), [], "none is left");
}

async function dropsEnded({ accounts }: Store): Promise<void> {
  await accounts.createTenant(rowOf(1));
  const [early, late] = [sessionOf(1), { ...sessionOf(2), expiresAt: epoch + 7_200_000 }];
  await accounts.useHandshake(one, useOf("a", { session: early }));
  await accounts.useHandshake(one, useOf("b", { session: late, expiresAt: epoch + 9_000_000 }));
  await accounts.dropEndedSessions(early.expiresAt + 1);
  expectEqual(await accounts.readSessions(tokens(early, late)), [late], "sessions");
  expectEqual(await accounts.useHandshake(one, useOf("b")), "replayed", "a handshake that may be replayed");
  expectEqual(await accounts.useHandshake(one, useOf("a")), "used", "one that is refused by itself");
}

async function endsTenant(store: Store): Promise<void> {
  const { accounts } = store;
  for (const number of [1, 2]) await accounts.createTenant(rowOf(number));
  const fence = await store.openLease(leaseAt(epoch));
  const unit = firstUnit(fence, 1, { birth: { startKey: hashOf(4), labels: [hashOf(9)] } });
  await store.append([unit, { ...firstUnit(fence, 2), tenant: two }]);
  const secret = {
    name: hashOf(1),
    version: 1,
    key: hashOf(2),
    live: null,
    sealed: hashOf(3),
    updatedAt: epoch,
  };
  for (const tenant of [one, two]) await store.putSecret({ tenant, ...secret });
  const use = useOf("a", { ends: "tenant" });
  expectEqual(await accounts.useHandshake(one, use), "used", "the end");
  expectEqual(await accounts.readTenant(one), null, "the row");
  expectEqual(await store.readRun(one, unit.run), null, "its run");
  expectEqual(await store.readEvents(one, unit.run, 0, 9), [], "the run's events");
  expectEqual(await store.readRunByStartKey(one, hashOf(4)), null, "its start key");
  expectEqual((await store.listRuns(one, { label: hashOf(9) }, null, 9)).rows, [], "its label");
  expectEqual(await store.listSecrets(one), [], "its secrets");
  expectEqual((await store.readRun(two, runOf(2)))?.run, runOf(2), "the run of another");
  expectEqual((await store.listSecrets(two)).length, 1, "the secrets of another");
  expectEqual(await accounts.useHandshake(one, useOf("a")), "replayed", "the handshake again");
}

async function usesConcurrently({ accounts }: Store): Promise<void> {
  await accounts.createTenant(rowOf(1));
  const uses = Array.from({ length: 50 }, (_, index) =>
    accounts.useHandshake(one, useOf("a", { session: sessionOf(index + 1) })),
  );
  const results = await Promise.all(uses);
  expectEqual(results.filter((result) => result === "used").length, 1, "used");
  const all = results.map((_, index) => sessionOf(index + 1));
  expectEqual((await accounts.readSessions(tokens(...all))).length, 1, "sessions");
}
