// Hooks start one workflow; what must be signed is judged at the door where it can be, and else at the sign-in.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseWorkflow } from "../../src/language/parse-workflow.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import type { DeliveryId } from "../../src/value/id.ts";
import { limits } from "../../src/value/limits.ts";
import { HandClock, openEngine, other, runsOf, tenant } from "./open-engine.ts";
import { greet, hmacHex, put, startOf, triggerOf } from "./sample.ts";

const secret = "shared with the sender";

const signed = (fields: string, version = 1) => `
name: signed
version: ${version}
triggers: [{type: http, verify: {type: hmac, header: X-Signature, secret: HOOK_SECRET${fields}}}]
steps: {hello: {value: "{{ trigger.body.no }}"}}
`;

async function open(text: string) {
  const store = new MemoryStore({ exclusive: true });
  const clock = new HandClock();
  const world = await openEngine(store, clock);
  world.unlock();
  await world.engine.putSecret(tenant, "HOOK_SECRET", { value: secret });
  await put(world, text);
  const workflow = /^name: (\S+)/m.exec(text)?.[1] ?? "";
  const { hook, token } = await world.engine.hooks.create(tenant, { workflow, quota: null });
  const send = (body: { readonly no: number }, headers: Readonly<Record<string, string>> = {}) =>
    world.engine.acceptHook(token, { trigger: triggerOf(body, headers), idempotencyKey: null });
  const states = async () =>
    (await world.engine.listInbox(tenant, {}, null, 200)).rows.map(({ state, reason }) => [state, reason]);
  return { store, clock, world, hook, token, send, states };
}

const invalid = { code: "signature_invalid" };

test("a hook starts its workflow, and nothing more once it is revoked", async () => {
  const { world, hook, token, send, clock } = await open(greet);
  assert.match(token, /^dst_hook_[\w-]{43}$/);
  assert.equal((await send({ no: 1 })).type, "run");
  await assert.rejects(
    world.engine.acceptHook(`${token}x`, { trigger: triggerOf({}), idempotencyKey: null }),
    {
      code: "hook_unknown",
    },
  );
  world.lock();
  assert.equal((await send({ no: 2 })).type, "item");
  world.unlock();
  await world.engine.hooks.revoke(tenant, hook.id);
  await assert.rejects(send({ no: 3 }), { code: "hook_unknown" });
  await assert.rejects(world.engine.hooks.revoke(tenant, hook.id), { code: "hook_not_found" });
  await clock.turn(1_000);
  assert.equal(runsOf(world).length, 2, "what waited is started all the same");
});

test("hooks are made for workflows with an http trigger, and belong to their tenant", async () => {
  const { world, hook } = await open(greet);
  await put(world, "name: child\nversion: 1\ntriggers: []\nsteps: {one: {value: 1}}\n");
  const make = (workflow: string, quota: number | null = null) =>
    world.engine.hooks.create(tenant, { workflow, quota });
  await assert.rejects(make("child"), { code: "no_http_trigger" });
  await assert.rejects(make("nothing"), { code: "workflow_not_found" });
  for (const quota of [0, 1.5, 100_001]) await assert.rejects(make("greet", quota), { code: "invalid_hook" });
  world.unlock(other);
  assert.deepEqual(await world.engine.hooks.list(other, null, 200), { rows: [], next: null });
  await assert.rejects(world.engine.hooks.revoke(other, hook.id), { code: "hook_not_found" });
});

test("a tenant has so many hooks as it may, and those that were revoked are forgotten after 30 days", async () => {
  const { store, world, hook, clock } = await open(greet);
  const { hooks, deliveries } = world.engine;
  // The limit is far above what a test makes, so the store is asked for fewer than the engine asks for.
  const put = store.hooks.put.bind(store.hooks);
  store.hooks.put = (row, max, audit) => {
    assert.equal(max, limits.hooks);
    return put(row, 2, audit);
  };
  const make = async () => (await hooks.create(tenant, { workflow: "greet", quota: null })).hook.id;
  const second = await make();
  await assert.rejects(make(), { code: "too_many_hooks" });
  await hooks.revoke(tenant, hook.id);
  const third = await make();
  const listed = async () => (await hooks.list(tenant, null, 200)).rows.map(({ id }) => id).sort();
  assert.deepEqual(await listed(), [hook.id, second, third].sort());
  await hooks.require(tenant, { hook: hook.id });
  await clock.jump(29 * 86_400_000);
  assert.equal((await listed()).length, 3);
  await clock.jump(2 * 86_400_000);
  world.unlock();
  assert.deepEqual(await listed(), [second, third].sort());
  for (const filter of [{ hook: hook.id }, { workflow: "nothing" }, { hook: second, workflow: "nothing" }])
    await assert.rejects(hooks.require(tenant, filter), { code: "hook_not_found" });
  await hooks.require(tenant, { workflow: "greet" });
  assert.deepEqual(await deliveries.list(tenant, hook.id, null, null, 9), { rows: [], next: null });
});

test("a hook whose items wait takes as many as its quota", async () => {
  const { world, clock } = await open(greet);
  const { hook, token } = await world.engine.hooks.create(tenant, { workflow: "greet", quota: 3 });
  world.lock();
  const send = (no: number) =>
    world.engine.acceptHook(token, { trigger: triggerOf({ no }), idempotencyKey: null });
  for (let no = 1; no <= 3; no++) assert.equal((await send(no)).type, "item");
  await assert.rejects(send(4), { code: "inbox_full" });
  world.unlock();
  const { engine } = world;
  assert.equal((await engine.hooks.list(tenant, null, 200)).rows.find(({ id }) => id === hook.id)?.quota, 3);
  await clock.turn(1_000);
  world.lock();
  assert.equal((await send(4)).type, "item", "there is room again");
});

test("keys of one hook's sender are apart from those of another's, and of callers", async () => {
  const { world, token, clock, states } = await open(greet);
  const { engine } = world;
  const second = await engine.hooks.create(tenant, { workflow: "greet", quota: null });
  const send = (address: string, no: number, idempotencyKey: string) =>
    engine.acceptHook(address, { trigger: triggerOf({ no }), idempotencyKey });
  const first = await send(token, 0, "order-1043");
  const own = await engine.acceptStart(tenant, startOf("greet", { no: 1 }, "order-1043"));
  const theirs = await send(second.token, 2, "order-1043");
  assert.deepEqual([first.repeated, own.repeated, theirs.repeated], [false, false, false]);
  assert.equal(runsOf(world).length, 3);
  assert.deepEqual(await send(token, 0, "order-1043"), { ...first, repeated: true });
  await assert.rejects(send(token, 9, "order-1043"), (error) => {
    assert.equal((error as { code?: string }).code, "idempotency_conflict");
    assert.doesNotMatch(`${error} ${JSON.stringify(error)}`, /run_/, "nobody by a hook is told of a run");
    return true;
  });
  world.lock();
  await send(token, 3, "1");
  await send(second.token, 4, "1");
  await engine.acceptStart(tenant, startOf("greet", { no: 5 }, "1"));
  world.unlock();
  await clock.turn(1_000);
  assert.deepEqual(await states(), Array(3).fill(["started", null]));
  assert.equal(runsOf(world).length, 6);
  assert.equal((await send(token, 3, "1")).repeated, true, "what waited has the key that it has at the door");
});

test("what was rejected at the sign-in may be sent again under its key", async () => {
  const { world, token, clock, states } = await open(greet);
  const { engine } = world;
  const send = (body: { readonly no?: number }, idempotencyKey: string) =>
    engine.acceptHook(token, { trigger: triggerOf(body), idempotencyKey });
  world.lock();
  await send({}, "one");
  await engine.acceptStart(tenant, startOf("greet", {}, "two"));
  world.unlock();
  await clock.turn(1_000);
  const rejected = ["rejected", "schema_mismatch"];
  assert.deepEqual(await states(), [rejected, rejected]);
  world.lock();
  assert.equal((await send({ no: 1 }, "one")).repeated, false);
  assert.equal((await engine.acceptStart(tenant, startOf("greet", { no: 2 }, "two"))).repeated, false);
  world.unlock();
  await clock.turn(1_000);
  assert.deepEqual(await states(), [rejected, rejected, ["started", null], ["started", null]]);
});

test("what waits of a hook, and of a tenant, takes no more bytes than it may", async () => {
  const { world, clock, store } = await open(greet);
  const { token } = await world.engine.hooks.create(tenant, { workflow: "greet", quota: null });
  // The limits are far above what a test sends, so the store is asked for less room than the engine asks for.
  const { inbox } = store;
  const put = inbox.put.bind(inbox);
  let [hookBytes, bytes] = [4_000, 1_000_000];
  inbox.put = (item, room) => {
    assert.deepEqual([room.hookBytes, room.bytes], [limits.hook_items_bytes, limits.inbox_bytes]);
    return put(item, { ...room, hookBytes, bytes });
  };
  world.lock();
  const note = "x".repeat(1_000);
  const send = () =>
    world.engine.acceptHook(token, { trigger: triggerOf({ no: 1, note }), idempotencyKey: null });
  assert.equal((await send()).type, "item");
  const one = await inbox.bytes(tenant);
  assert.ok(one > 1_000, "as it is sealed");
  hookBytes = 2 * one;
  assert.equal((await send()).type, "item");
  await assert.rejects(send(), { code: "inbox_bytes_full", retryable: true });
  hookBytes = 1_000_000;
  bytes = 2 * one;
  await assert.rejects(send(), { code: "inbox_bytes_full" });
  world.unlock();
  await clock.turn(1_000);
  world.lock();
  assert.equal(await inbox.bytes(tenant), 0, "what was taken is counted no more");
  assert.equal((await send()).type, "item", "there is room again");
});

test("a signature is judged at the door while the tenant is open", async () => {
  const { hook, send } = await open(signed(""));
  assert.equal(hook.verify, true);
  const text = JSON.stringify({ no: 1 });
  assert.equal((await send({ no: 1 }, { "x-signature": hmacHex(secret, text) })).type, "run");
  const wrong = [
    "",
    "00",
    "zz",
    hmacHex("another", text),
    hmacHex(secret, `${text} `),
    `${hmacHex(secret, text)}00`,
  ];
  for (const value of wrong) await assert.rejects(send({ no: 1 }, { "x-signature": value }), invalid, value);
  await assert.rejects(send({ no: 1 }), invalid);
});

test("who has the address learns nothing of a secret that is not there; the delivery tells it", async () => {
  const { world, clock, hook, send, states } = await open(signed(""));
  await world.engine.deleteSecret(tenant, "HOOK_SECRET");
  const headers = { "x-signature": hmacHex(secret, JSON.stringify({ no: 1 })) };
  await assert.rejects(send({ no: 1 }, headers), (error: Error & { code: string; hint?: string }) => {
    assert.equal(error.code, "signature_invalid");
    assert.doesNotMatch(`${error.message} ${error.hint}`, /HOOK_SECRET/);
    return true;
  });
  const { rows } = await world.engine.deliveries.list(tenant, hook.id, null, null, 10);
  assert.deepEqual(
    rows.map(({ state, reason }) => [state, reason]),
    [["refused", "secret_not_found"]],
  );
  const read = () => ({ trigger: triggerOf({ no: 1 }, headers), idempotencyKey: null });
  await assert.rejects(world.engine.deliveries.replay(tenant, rows[0]?.id as DeliveryId, false, read), {
    code: "secret_not_found",
    message: /HOOK_SECRET/,
  });
  world.lock();
  await send({ no: 1 }, headers);
  world.unlock();
  await clock.turn(1_000);
  assert.deepEqual(await states(), [["rejected", "secret_not_found"]]);
});

test("while it is locked a signature is judged at the sign-in, and what is not signed is listed as rejected", async () => {
  const { world, clock, send, states } = await open(signed(""));
  world.lock();
  const text = (no: number) => JSON.stringify({ no });
  await send({ no: 1 }, { "x-signature": hmacHex(secret, text(1)) });
  await send({ no: 2 }, { "x-signature": hmacHex(secret, text(1)) });
  await send({ no: 3 });
  await send({ no: 4 }, { "x-signature": hmacHex(secret, text(4)) });
  await clock.turn(1_000);
  world.unlock();
  await clock.turn(1_000);
  assert.deepEqual(await states(), [
    ["started", null],
    ["rejected", "signature_invalid"],
    ["rejected", "signature_invalid"],
    ["started", null],
  ]);
});

test("algorithm, encoding, prefix and several signatures are as `verify` says", async () => {
  const body = { no: 7 };
  const text = JSON.stringify(body);
  const hex = (algorithm: string) => hmacHex(secret, text, algorithm);
  const base64 = Buffer.from(hex("sha512"), "hex").toString("base64");
  const cases: readonly (readonly [fields: string, value: string])[] = [
    [", algorithm: sha1", hex("sha1")],
    [", algorithm: sha512, encoding: base64", base64],
    [", algorithm: sha512, encoding: base64", base64.replace(/=+$/, "")],
    [', prefix: "sha256="', `sha256=${hex("sha256")}`],
    [', prefix: "v1="', `v1=${hmacHex("old", text)},v1=${hex("sha256")}, v0=00`],
    ["", hex("sha256").toUpperCase()],
  ];
  for (const [fields, value] of cases) {
    const { send } = await open(signed(fields));
    assert.equal((await send(body, { "x-signature": value })).type, "run", fields);
    await assert.rejects(send({ no: 8 }, { "x-signature": value }), invalid, fields);
  }
  const { send } = await open(signed(', prefix: "sha256="'));
  await assert.rejects(send(body, { "x-signature": hex("sha256") }), invalid, "without the prefix");
});

test("a time that is signed is compared with that of the arrival, however late it is judged", async () => {
  const { world, clock, send, states } = await open(signed(", timestamp: {header: X-Time, tolerance: 1m}"));
  const sendAt = (ms: number, signedAt = ms) => {
    const at = String(Math.floor(ms / 1_000));
    const text = `${Math.floor(signedAt / 1_000)}.${JSON.stringify({ no: 1 })}`;
    return send({ no: 1 }, { "x-time": at, "x-signature": hmacHex(secret, text) });
  };
  const now = clock.now();
  assert.equal((await sendAt(now - 50_000)).type, "run");
  await assert.rejects(sendAt(now - 70_000), invalid, "too old");
  await assert.rejects(sendAt(now + 70_000), invalid, "too new");
  await assert.rejects(sendAt(now, now - 5_000), invalid, "another time than was signed");
  await assert.rejects(
    send({ no: 1 }, { "x-signature": hmacHex(secret, JSON.stringify({ no: 1 })) }),
    invalid,
  );
  world.lock();
  await sendAt(clock.now());
  await sendAt(clock.now() - 70_000);
  await clock.turn(600_000);
  world.unlock();
  await clock.turn(1_000);
  assert.deepEqual(await states(), [
    ["started", null],
    ["rejected", "signature_invalid"],
  ]);
});

test("a hook that was made for what is signed takes nothing when a version drops `verify`", async () => {
  const { world, clock, send, states } = await open(signed(""));
  await put(world, greet.replace("name: greet", "name: signed").replace("version: 1", "version: 2"));
  await assert.rejects(send({ no: 1 }), invalid);
  world.lock();
  await send({ no: 1 });
  world.unlock();
  await clock.turn(1_000);
  assert.deepEqual(await states(), [["rejected", "signature_invalid"]]);
});

test("`verify` takes no header that is not kept; a document that was stored with one goes on", () => {
  const text = (header: string) => signed("").replace("X-Signature", header);
  const names = ["X-Api-Key", "Set-Cookie", "Dispatched-Key", "Keep-Alive", "Transfer-Encoding"];
  for (const name of [...names, "Content-Length", "Expect", "Host", "Cookie", "Authorization"]) {
    const parsed = parseWorkflow(text(name), "yaml");
    const codes = parsed.ok ? [] : parsed.problems.map(({ code }) => code);
    assert.deepEqual(codes, ["not_allowed_value"], name);
    assert.equal(parseWorkflow(text(name), "yaml", { stored: true }).ok, true, name);
  }
  assert.equal(parseWorkflow(text("X-Other"), "yaml").ok, true);
});

test("`verify` is checked with the document", async () => {
  const { world } = await open(greet);
  const codes = async (fields: string) => {
    try {
      await put(world, signed(fields).replace("version: 1", "version: 9"));
      return [];
    } catch (error) {
      const { problems } = (error as { readonly extra: { readonly problems: readonly { code: string }[] } })
        .extra;
      return problems.map(({ code }) => code);
    }
  };
  assert.deepEqual(await codes(", algorithm: md5"), ["not_allowed_value"]);
  for (const prefix of ["v1,", " v1=", "a,b"])
    assert.deepEqual(await codes(`, prefix: "${prefix}"`), ["not_allowed_value"], prefix);
  assert.equal(parseWorkflow(signed(', prefix: "v1,"'), "yaml", { stored: true }).ok, true);
  assert.deepEqual(await codes(", secret_name: X"), ["unknown_field"]);
  assert.deepEqual(await codes(", timestamp: {tolerance: 1m}"), ["missing_field"]);
  const text = signed("").replace("HOOK_SECRET", "hook-secret").replace("X-Signature", "Authorization");
  await assert.rejects(put(world, text), (error) => {
    const { problems } = (error as { extra: { problems: readonly { code: string }[] } }).extra;
    assert.deepEqual(problems.map(({ code }) => code).sort(), ["invalid_secret_name", "not_allowed_value"]);
    return true;
  });
});
