// Sessions: opened by a handshake, known on every node, ended in time and everywhere.

import assert from "node:assert/strict";
import { test } from "node:test";
import { tokenHash } from "../../src/handshake/token-hash.ts";
import type { SessionRow } from "../../src/ports/account-store.ts";
import { TestDevice, TestWorld } from "./node.ts";

const hourMs = 3_600_000;
const refused = { code: "handshake_refused" };

async function signedIn() {
  const world = new TestWorld();
  const node = world.node();
  const device = await TestDevice.register(node);
  const token = await device.signIn(node);
  return { world, node, device, token };
}

async function rowOf({ store }: TestWorld, token: string): Promise<SessionRow> {
  const [row] = await store.accounts.readSessions([tokenHash(token)]);
  assert.ok(row !== undefined);
  return row;
}

test("a sign-in opens the tenant and leaves the tenant's keys in the store, once", async () => {
  const { world, node, device, token } = await signedIn();
  assert.match(token, /^dst_sess_[\w-]{43}$/);
  assert.equal(await node.accounts.bySession(token), device.tenant);
  assert.ok(node.vault.isOpen(device.tenant));
  const stored = await world.store.accounts.readTenant(device.tenant);
  assert.equal(stored?.sealKey?.length, 32);
  assert.equal(stored?.check?.length, 32);
  await device.signIn(node);
  assert.deepEqual(await world.store.accounts.readTenant(device.tenant), stored);
  assert.deepEqual(node.told, [`opened ${device.tenant}`]);
});

test("it ends an hour after the sign-in, whatever happens meanwhile, and the tenant is locked then", async () => {
  const { world, node, device, token } = await signedIn();
  await world.clock.pass(hourMs / 2);
  const later = await device.signIn(node);
  await world.clock.pass(hourMs / 2 - 1);
  assert.equal(await node.accounts.bySession(token), device.tenant);
  await world.clock.pass(1);
  assert.equal(await node.accounts.bySession(token), null);
  assert.ok(node.vault.isOpen(device.tenant), "another session goes on");
  await world.clock.pass(hourMs / 2);
  assert.equal(node.vault.isOpen(device.tenant), false, "also when nobody asks");
  assert.equal(await node.accounts.bySession(later), null);
  assert.deepEqual(node.told, [`opened ${device.tenant}`, `locked ${device.tenant}`]);
});

test("a restarted node opens the tenant again by the token, and by nothing else", async () => {
  const { world, device, token } = await signedIn();
  const restarted = world.node();
  assert.equal(restarted.vault.isOpen(device.tenant), false);
  assert.equal(await restarted.accounts.bySession(`${token.slice(0, -4)}AAAA`), null);
  assert.equal(await restarted.accounts.bySession(token), device.tenant);
  assert.ok(restarted.vault.isOpen(device.tenant));
  assert.deepEqual(restarted.told, [`opened ${device.tenant}`]);
});

test("signing out counts here at once, and on every other node within 5 seconds", async () => {
  const { world, node, device, token } = await signedIn();
  const other = world.node();
  const second = await device.signIn(other);
  assert.equal(await other.accounts.bySession(token), device.tenant);
  await node.accounts.signOut(token, false, "a");
  assert.equal(await node.accounts.bySession(token), null);
  assert.equal(node.vault.isOpen(device.tenant), false, "the last session of this node has ended");
  await world.clock.pass(5_000);
  assert.equal(await other.accounts.bySession(token), null);
  assert.equal(await other.accounts.bySession(second), device.tenant, "the other session goes on");
  await node.accounts.signOut(second, true, "a");
  await world.clock.pass(5_000);
  assert.equal(other.vault.isOpen(device.tenant), false, "also when nobody asks");
});

test("a token that was looked up within 4 seconds costs no reading", async () => {
  const { world, node, device, token } = await signedIn();
  let reads = 0;
  const { readSessions } = world.store.accounts;
  world.store.accounts.readSessions = (tokens) => {
    reads++;
    return readSessions.call(world.store.accounts, tokens);
  };
  for (let ask = 0; ask < 100; ask++) assert.equal(await node.accounts.bySession(token), device.tenant);
  assert.equal(reads, 0);
});

test("a handshake opens one session, on whatever node it comes again", async () => {
  const { world, node, device, token } = await signedIn();
  const other = world.node();
  const { body, taken } = await device.upToMessage3(node);
  const { session } = taken(await other.accounts.confirmHandshake(body, "a"));
  assert.ok(session !== null);
  await assert.rejects(other.accounts.confirmHandshake(body, "a"), refused);
  await node.accounts.signOut(token, true, "a");
  assert.equal(node.vault.isOpen(device.tenant), false);
  await assert.rejects(node.accounts.confirmHandshake(body, "a"), refused);
  assert.equal(node.vault.isOpen(device.tenant), false, "what was refused opens nothing");
});

test("two devices that sign in for the first time at once both come in", async () => {
  const world = new TestWorld();
  const node = world.node();
  const device = await TestDevice.register(node);
  const halves = [await device.upToMessage3(node), await device.upToMessage3(world.node())];
  const tokens = await Promise.all(
    halves.map(async ({ body, taken }) => taken(await node.accounts.confirmHandshake(body, "a")).session),
  );
  for (const token of tokens) assert.equal(await node.accounts.bySession(token ?? ""), device.tenant);
});

test("who writes to the store opens nothing: not by a row of their own, nor by a later end", async () => {
  const { world, device, token } = await signedIn();
  const row = await rowOf(world, token);
  const { sessions } = world.store.tables;
  const own = `dst_sess_${"A".repeat(43)}`;
  const forged = { ...row, token: tokenHash(own) };
  sessions.set(Buffer.from(forged.token).toString("hex"), forged);
  const node = world.node();
  assert.equal(await node.accounts.bySession(own), null, "a row with a token of their own");
  await device.signIn(node);
  assert.equal(await node.accounts.bySession(own), null, "also while the tenant is open");
  const longer = { ...row, expiresAt: row.expiresAt + hourMs };
  sessions.set(Buffer.from(row.token).toString("hex"), longer);
  assert.equal(await world.node().accounts.bySession(token), null, "a later end");
});

test("who writes to the store cannot put a public key of their own in the place of the tenant's", async () => {
  const { world, device } = await signedIn();
  const { tenants } = world.store.tables;
  const row = tenants.get(device.tenant);
  assert.ok(row !== undefined);
  const stranger = await TestDevice.register(world.node());
  const theirs = tenants.get(stranger.tenant);
  assert.ok(theirs !== undefined);
  tenants.set(device.tenant, { ...row, publicKey: theirs.publicKey });
  const node = world.node();
  await assert.rejects(device.signIn(node), { code: "sealed_data_damaged" });
  tenants.set(device.tenant, { ...theirs, tenant: device.tenant });
  await assert.rejects(node.tenants.read(device.tenant), { code: "sealed_data_damaged" });
  assert.ok(node.errors.includes("error tenant.altered"));
});

test("an API key says whose data it is, lets things be sealed, and opens nothing", async () => {
  const { world, device, token } = await signedIn();
  const node = world.node();
  assert.equal(await node.accounts.byKey(`dsk_live_${"A".repeat(43)}`), null);
  assert.equal(await node.accounts.byKey(token), null);
  assert.equal(await node.accounts.bySession(device.apiKey), null);
  assert.equal(await node.accounts.byKey(device.apiKey), device.tenant);
  assert.equal(node.vault.isOpen(device.tenant), false);
  const place = { tenant: device.tenant, table: "run", column: "key", row: "r", version: 0 } as const;
  const { kept } = node.vault.createKey(place);
  assert.throws(() => node.vault.unwrapKey(place, kept), { code: "locked" });
  await node.accounts.bySession(token);
  node.vault.unwrapKey(place, kept);
});

test("a row that a writer of the store altered opens nothing, though its token was known", async () => {
  const { world, node, token } = await signedIn();
  const other = await TestDevice.register(node);
  await other.signIn(node);
  const row = await rowOf(world, token);
  const altered: readonly Partial<SessionRow>[] = [
    { tenant: other.tenant, expiresAt: row.expiresAt + hourMs },
    { expiresAt: row.expiresAt + hourMs },
  ];
  const { wakeAt } = world.clock;
  // Nothing looks meanwhile, as on a node that is busy.
  world.clock.wakeAt = () => () => {};
  node.accounts.stop();
  await world.clock.pass(hourMs - 1_000);
  await other.signIn(node);
  await world.clock.pass(1_000);
  for (const change of altered) {
    world.store.tables.sessions.set(Buffer.from(row.token).toString("hex"), { ...row, ...change });
    assert.equal(await node.accounts.bySession(token), null, Object.keys(change).join());
  }
  world.clock.wakeAt = wakeAt;
});
