// What only a fresh handshake may do, and the limits of what fails.

import assert from "node:assert/strict";
import { test } from "node:test";
import { writeToken } from "../../src/handshake/token-text.ts";
import { DispatchedError } from "../../src/value/problem.ts";
import { TestDevice, TestWorld } from "./node.ts";

const refused = { code: "handshake_refused" };

function newKey(fill: number): string {
  return writeToken("key", new Uint8Array(32).fill(fill));
}

async function signedIn() {
  const world = new TestWorld();
  const node = world.node();
  const device = await TestDevice.register(node);
  return { world, node, device, token: await device.signIn(node) };
}

test("an API key is replaced by a handshake for that purpose; the one before and every session end", async () => {
  const { node, device, token } = await signedIn();
  const before = device.apiKey;
  const action = { type: "replace_api_key", api_key: newKey(5) };
  assert.equal((await device.handshake(node, "replace-key", action)).session, null, "it opens no session");
  assert.equal(await node.accounts.byKey(before), null);
  assert.equal(await node.accounts.byKey(newKey(5)), device.tenant);
  assert.equal(await node.accounts.bySession(token), null);
  assert.equal(node.vault.isOpen(device.tenant), false);
  await assert.rejects(device.signIn(node), refused);
  device.apiKey = newKey(5);
  assert.equal(await node.accounts.bySession(await device.signIn(node)), device.tenant);
});

test("a handshake that was made for one purpose serves no other", async () => {
  const { node, device } = await signedIn();
  const action = { type: "replace_api_key", api_key: newKey(6) };
  // Signing in with an action that nobody asked for does nothing but sign in.
  assert.match((await device.handshake(node, "session", action)).session ?? "", /^dst_sess_/);
  assert.equal(await node.accounts.byKey(newKey(6)), null);
  for (const purpose of ["grant", "rotate", "export"] as const) {
    await assert.rejects(device.handshake(node, purpose, action), { code: "invalid_body" });
  }
  assert.equal(await node.accounts.byKey(newKey(6)), null);
});

test("what was begun with an API key that was replaced meanwhile is refused, for every purpose", async () => {
  const { node, device } = await signedIn();
  const thief = { type: "replace_api_key", api_key: newKey(10) };
  const begun = [
    await device.upToMessage3(node),
    await device.upToMessage3(node, "replace-key", thief),
    await device.upToMessage3(node, "export", { type: "export_audit" }),
  ];
  await device.handshake(node, "replace-key", { type: "replace_api_key", api_key: newKey(9) });
  for (const { body } of begun) await assert.rejects(node.accounts.confirmHandshake(body, "a"), refused);
  assert.equal(node.vault.isOpen(device.tenant), false);
  assert.equal(await node.accounts.byKey(newKey(10)), null);
  assert.equal(await node.accounts.byKey(newKey(9)), device.tenant);
});

test("a replayed action is refused, and so is what is no action", async () => {
  const { node, device } = await signedIn();
  const action = { type: "replace_api_key", api_key: newKey(7) };
  const { body } = await device.upToMessage3(node, "replace-key", action);
  await node.accounts.confirmHandshake(body, "a");
  device.apiKey = newKey(7);
  await device.handshake(node, "replace-key", { type: "replace_api_key", api_key: newKey(8) });
  await assert.rejects(node.accounts.confirmHandshake(body, "a"), refused);
  device.apiKey = newKey(8);
  assert.equal(await node.accounts.byKey(newKey(8)), device.tenant);
  for (const wrong of [
    null,
    {},
    { type: "replace_api_key" },
    { type: "replace_api_key", api_key: "dsk_live_short" },
    { type: "delete_tenant", tenant: "ten_another" },
  ]) {
    await assert.rejects(device.handshake(node, "replace-key", wrong), { code: "invalid_body" });
  }
});

test("a stolen session, or an API key, makes no handshake: it wants the private key", async () => {
  const { node, device, token } = await signedIn();
  const thief = new Uint8Array(32).fill(66);
  for (const purpose of ["session", "replace-key", "grant", "rotate", "export", "recover"] as const) {
    const begun = device.begin(purpose, null, thief);
    await assert.rejects(node.accounts.beginHandshake(device.apiKey, begun.body, purpose), refused, purpose);
    await assert.rejects(node.accounts.beginHandshake(token, begun.body, purpose), refused, purpose);
  }
});

test("a tenant that is deleted is gone with its sessions", async () => {
  const { world, node, device, token } = await signedIn();
  await device.handshake(node, "replace-key", { type: "delete_tenant", tenant: device.tenant });
  assert.equal(await node.accounts.bySession(token), null);
  assert.equal(await node.accounts.byKey(device.apiKey), null);
  assert.equal(await world.store.accounts.readTenant(device.tenant), null);
  assert.equal(node.vault.isOpen(device.tenant), false);
  assert.ok(node.told.includes("deleted"), "the engine removes what is left");
});

test("failures are limited by address and by tenant, and let in again with time", async () => {
  const { world, node, device } = await signedIn();
  const wrong = device.begin("session", null, new Uint8Array(32).fill(66)).body;
  const codeOf = async (address: string, apiKey: string): Promise<string> =>
    node.accounts.beginHandshake(apiKey, wrong, address).then(
      () => "",
      (error: DispatchedError) => error.code,
    );
  const unknown = newKey(9);
  for (let tries = 0; tries < 20; tries++) assert.equal(await codeOf("b", unknown), "handshake_refused");
  assert.equal(await codeOf("b", unknown), "too_many_attempts", "from this address");
  assert.equal(await codeOf("c", unknown), "handshake_refused", "not from another");
  for (let tries = 0; tries < 10; tries++) {
    assert.equal(await codeOf(`d${tries}`, device.apiKey), "handshake_refused");
  }
  const error = await node.accounts
    .beginHandshake(device.apiKey, wrong, "e")
    .catch((caught: unknown) => caught);
  assert.ok(error instanceof DispatchedError && error.code === "too_many_attempts", "for this tenant");
  assert.equal(error.extra["retry_after"], 6);
  await world.clock.pass(6_000);
  assert.equal(await codeOf("e", device.apiKey), "handshake_refused");
  assert.equal(await codeOf("b", unknown), "handshake_refused");
});

test("failures of others never keep a device with the right keys out, though it shares address and API key", async () => {
  const { node, device } = await signedIn();
  const wrong = device.begin("session", null, new Uint8Array(32).fill(66)).body;
  // As behind a proxy, where everybody comes from one address: the one from which devices of these tests come.
  const fail = async (apiKey: string) => {
    for (let tries = 0; tries < 30; tries++)
      await assert.rejects(node.accounts.beginHandshake(apiKey, wrong, "a"));
    await assert.rejects(node.accounts.beginHandshake(apiKey, wrong, "a"), { code: "too_many_attempts" });
  };
  await fail(newKey(9));
  await fail(device.apiKey);
  const junk = { cookie: "AAAA", message: "AAAA" };
  await assert.rejects(node.accounts.confirmHandshake(junk, "a"), { code: "too_many_attempts" });
  assert.equal(await node.accounts.bySession(await device.signIn(node)), device.tenant);
});

test("registration is closed, open, or by invitation, and limited", async () => {
  const world = new TestWorld();
  const closed = world.node({ registration: { type: "closed" } });
  await assert.rejects(TestDevice.register(closed), { code: "registration_closed" });
  const itself = world.node({ registration: { type: "closed", isInvited: (text) => text === "itself" } });
  await assert.rejects(TestDevice.register(itself), { message: "this server registers nobody" });
  const own = new Uint8Array(32).fill(8);
  assert.match((await itself.accounts.createTenant(own, "itself", "a")).tenant, /^ten_/);
  const invited = world.node({ registration: { type: "invite", isInvited: (text) => text === "please" } });
  await assert.rejects(TestDevice.register(invited), { code: "registration_closed" });
  const key = new Uint8Array(32).fill(9);
  await assert.rejects(invited.accounts.createTenant(key, "pleas", "a"), { code: "registration_closed" });
  assert.match((await invited.accounts.createTenant(key, "please", "a")).tenant, /^ten_/);
  for (let count = 0; count < 28; count++) {
    await assert.rejects(invited.accounts.createTenant(key, null, "a"), { code: "registration_closed" });
  }
  await assert.rejects(invited.accounts.createTenant(key, "pleas", "a"), { code: "too_many_attempts" });
  assert.match(
    (await invited.accounts.createTenant(key, "please", "a")).tenant,
    /^ten_/,
    "whoever guesses there",
  );
  const open = world.node();
  for (let count = 0; count < 30; count++) await TestDevice.register(open);
  await assert.rejects(TestDevice.register(open), { code: "too_many_attempts" });
  await TestDevice.register(open, "b");
});
