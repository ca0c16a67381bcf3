// Sign-in links: one session each, once, for a minute, never longer than the session that made it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { credentialId } from "../../src/engine/audit-entry.ts";
import { tokenHash } from "../../src/handshake/token-hash.ts";
import { TestDevice, TestWorld } from "./node.ts";

const refused = { code: "sign_in_link_refused" };
const by = { type: "session", id: null, address: null } as const;
const idOf = (token: string) => credentialId(tokenHash(token));

async function linked() {
  const world = new TestWorld();
  const node = world.node();
  const device = await TestDevice.register(node);
  const token = await device.signIn(node);
  const link = await node.accounts.makeSignInLink(token, by);
  return { world, node, device, token, link };
}

test("a link opens one session of its tenant, on any node, which ends with the one that made it", async () => {
  const { world, node, device, token, link } = await linked();
  assert.match(link.code, /^dst_link_[\w-]{43}$/);
  await world.clock.pass(30_000);
  const other = world.node();
  const opened = await other.accounts.redeemSignInLink(link.code, "b");
  const parent = await node.accounts.showSession(token);
  assert.deepEqual([opened.tenant, opened.expiresAt], [device.tenant, parent?.expiresAt]);
  assert.equal(await other.accounts.bySession(opened.token), device.tenant);
  assert.equal(await node.accounts.bySession(opened.token), device.tenant);
  assert.ok(other.vault.isOpen(device.tenant));
  await world.clock.pass(3_600_000 - 30_000);
  assert.equal(await other.accounts.bySession(opened.token), null);
  assert.equal(other.vault.isOpen(device.tenant), false);
});

test("it opens nothing twice, nor for two at once, nor after a minute, nor when it is another text", async () => {
  const { world, node, token, link } = await linked();
  const atOnce = [node, world.node(), node].map(({ accounts }) =>
    accounts.redeemSignInLink(link.code, "b").then(
      () => "opened",
      (error) => error.code,
    ),
  );
  const wanted = ["opened", "sign_in_link_refused", "sign_in_link_refused"];
  assert.deepEqual((await Promise.all(atOnce)).sort(), wanted);
  await assert.rejects(node.accounts.redeemSignInLink(link.code, "b"), refused);
  const late = await node.accounts.makeSignInLink(token, by);
  await world.clock.pass(60_000);
  for (const code of [late.code, "", token, `${late.code}x`, `dst_link_${"A".repeat(43)}`]) {
    await assert.rejects(node.accounts.redeemSignInLink(code, "c"), refused, code);
  }
});

test("neither code nor link is a session, and a session is no code", async () => {
  const { node, token, link } = await linked();
  assert.equal(await node.accounts.bySession(link.code), null);
  assert.equal(await node.accounts.bySession(link.code.replace("dst_link_", "dst_sess_")), null);
  await assert.rejects(node.accounts.redeemSignInLink(token.replace("dst_sess_", "dst_link_"), "b"), refused);
});

test("what came of a session ends with it, on every node; what a link opened makes no links", async () => {
  const { world, node, device, token, link } = await linked();
  const other = world.node();
  const { token: child } = await other.accounts.redeemSignInLink(link.code, "b");
  await assert.rejects(other.accounts.makeSignInLink(child, by), { code: "private_key_needed" });
  const open = await node.accounts.makeSignInLink(token, by);
  await node.accounts.signOut(token, false, "a");
  assert.equal(await node.accounts.bySession(child), null);
  await world.clock.pass(5_000);
  assert.equal(await other.accounts.bySession(child), null);
  assert.equal(other.vault.isOpen(device.tenant), false);
  await assert.rejects(node.accounts.redeemSignInLink(open.code, "b"), refused, "a link of it");
  await assert.rejects(node.accounts.makeSignInLink(token, by), { code: "unauthenticated" });
});

test("a session that a link opened ends alone; another tenant neither sees nor ends it", async () => {
  const { node, device, token, link } = await linked();
  const { token: child } = await node.accounts.redeemSignInLink(link.code, "b");
  await node.accounts.makeSignInLink(token, by);
  const stranger = await TestDevice.register(node, "z");
  await stranger.signIn(node);
  const listed = await node.accounts.listSessions(device.tenant);
  assert.deepEqual(
    new Map(listed.map(({ id, by }) => [id, by])),
    new Map([
      [idOf(child), "link"],
      [idOf(token), "handshake"],
    ]),
  );
  const notFound = { code: "session_not_found" };
  await assert.rejects(node.accounts.endSession(stranger.tenant, idOf(child), by), notFound);
  await assert.rejects(node.accounts.endSession(device.tenant, idOf(link.code), by), notFound, "a link");
  await node.accounts.endSession(device.tenant, idOf(child), by);
  assert.equal(await node.accounts.bySession(child), null);
  assert.equal(await node.accounts.bySession(token), device.tenant);
  await assert.rejects(node.accounts.endSession(device.tenant, idOf(child), by), notFound, "once more");
});

test("who writes to the store makes neither a link nor its session last longer", async () => {
  for (const later of ["link", "session"] as const) {
    const { world, node, token, link } = await linked();
    const { sessions } = world.store.tables;
    const hash = later === "link" ? tokenHash(link.code) : tokenHash(token);
    const name = Buffer.from(hash).toString("hex");
    const row = sessions.get(name);
    assert.ok(row !== undefined);
    sessions.set(name, { ...row, expiresAt: row.expiresAt + 1 });
    await assert.rejects(node.accounts.redeemSignInLink(link.code, "b"), refused, later);
  }
});

test("a link is gone when every session of the tenant ends", async () => {
  const { world, node, device, token, link } = await linked();
  await device.handshake(node, "replace-key", {
    type: "replace_api_key",
    api_key: `dsk_live_${"A".repeat(43)}`,
  });
  await assert.rejects(node.accounts.redeemSignInLink(link.code, "b"), refused);
  assert.equal(await world.node().accounts.bySession(token), null);
});

test("links are limited by tenant, refusals by address; a right code is let in all the same", async () => {
  const { node, token, link } = await linked();
  const slow = { code: "too_many_attempts" };
  for (let made = 1; made < 20; made++) await node.accounts.makeSignInLink(token, by);
  await assert.rejects(node.accounts.makeSignInLink(token, by), slow);
  for (let tries = 0; tries < 20; tries++) {
    await assert.rejects(node.accounts.redeemSignInLink("dst_link_x", "b"), refused);
  }
  await assert.rejects(node.accounts.redeemSignInLink("dst_link_x", "b"), slow);
  await assert.rejects(node.accounts.redeemSignInLink("dst_link_x", "c"), refused);
  await node.accounts.redeemSignInLink(link.code, "b");
});

test("the audit log names link, parent and session, and holds no code", async () => {
  const { world, node, device, token, link } = await linked();
  const { token: child } = await node.accounts.redeemSignInLink(link.code, "b");
  const rows = await world.store.audit.read(device.tenant, 1, 100);
  const entries = rows.map(({ body }) => JSON.parse(new TextDecoder().decode(body)));
  const [made, opened] = entries.slice(-2);
  assert.deepEqual([made.action, made.fields.link], ["sign_in_link.made", idOf(link.code)]);
  assert.deepEqual([opened.action, opened.actor], ["session.opened", { type: "link", id: idOf(link.code) }]);
  const { session, parent, purpose } = opened.fields;
  assert.deepEqual([session, parent, purpose], [idOf(child), idOf(token), "link"]);
  assert.equal(opened.address, "b");
  const text = JSON.stringify(entries);
  for (const one of [link.code, child, token]) assert.ok(!text.includes(one));
});
