// Each request to a hook leaves its delivery: while somebody is signed in, while nobody is, and sent again.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { DeliveryContent } from "../../src/engine/delivery-content.ts";
import type { HookRequest } from "../../src/engine/inbox-api.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import type { DeliveryId } from "../../src/value/id.ts";
import type { ErrorCode } from "../../src/value/problem.ts";
import { HandClock, openEngine, other, runsOf, type TestEngine, tenant } from "./open-engine.ts";
import { hmacHex, put, triggerOf } from "./sample.ts";

const secret = "a secret of some length";
const minute = 60_000;
const day = 24 * 60 * minute;
const signed = `
name: greet
version: 1
triggers: [{type: http, verify: {type: stripe, secret: HOOK_SECRET}}]
steps: {hello: {value: "{{ trigger.body.no }}"}}
`;

async function open(document = signed) {
  const clock = new HandClock();
  const world = await openEngine(new MemoryStore({ exclusive: true }), clock);
  world.unlock();
  const { engine } = world;
  await engine.putSecret(tenant, "HOOK_SECRET", { value: secret });
  await put(world, document);
  const { hook, token } = await engine.hooks.create(tenant, { workflow: "greet", quota: null });
  const send = (no: number, right = true, headers = {}) => {
    const text = JSON.stringify({ no });
    const at = Math.floor(clock.now() / 1_000);
    const code = hmacHex(right ? secret : "another", `${at}.${text}`);
    const trigger = triggerOf({ no }, { "stripe-signature": `t=${at},v1=${code}`, ...headers });
    return engine.acceptHook(token, { trigger: { ...trigger, rawBody: text }, idempotencyKey: null });
  };
  const list = async (states: Parameters<typeof engine.deliveries.list>[2] = null) =>
    (await engine.deliveries.list(tenant, hook.id, states, null, 100)).rows;
  return { ...world, clock, hook, token, send, list };
}

const read = ({ method, headers, query, body }: DeliveryContent): HookRequest => ({
  trigger: { type: "http", method, headers, query, body: JSON.parse(body), rawBody: body },
  idempotencyKey: null,
});

const replay = ({ engine }: TestEngine, id: DeliveryId, again = false) =>
  engine.deliveries.replay(tenant, id, again, read);

const refusedBy = (code: ErrorCode) => (error: unknown) => (error as { code?: string }).code === code;

test("what was taken and what was refused leave deliveries, with what came and without credentials", async () => {
  const world = await open();
  const first = await world.send(1, true, { authorization: "Basic eA==", "x-api-key": "k", "x-kept": "é" });
  await assert.rejects(world.send(2, false), refusedBy("signature_invalid"));
  const [refused, taken] = await world.list();
  assert.deepEqual([refused?.state, refused?.reason, refused?.run], ["refused", "signature_invalid", null]);
  assert.deepEqual(
    [taken?.state, taken?.run, taken?.repeated],
    ["started", first.type === "run" && first.run, false],
  );
  const { content } = await world.engine.deliveries.show(tenant, taken?.id as DeliveryId);
  assert.deepEqual(Object.keys(content.headers).sort(), ["stripe-signature", "x-kept"]);
  assert.deepEqual([content.body, content.method, content.whole], ['{"no":1}', "POST", true]);
  assert.deepEqual((await world.list(["refused"])).length, 1);
  await world.send(1);
  assert.deepEqual((await world.list())[0]?.repeated, true);
  await assert.rejects(
    world.engine.deliveries.show(other, taken?.id as DeliveryId),
    refusedBy("delivery_not_found"),
  );
  assert.deepEqual((await world.engine.deliveries.list(other, world.hook.id, null, null, 9)).rows, []);
});

test("while nobody is signed in it waits with its item, and shows what that was judged to be", async () => {
  const world = await open();
  world.lock();
  await world.send(1, false);
  await world.send(2);
  const [second, first] = await world.list();
  assert.deepEqual([first?.state, second?.state], ["waiting", "waiting"]);
  await assert.rejects(world.engine.deliveries.show(tenant, first?.id as DeliveryId), refusedBy("locked"));
  world.unlock();
  await world.clock.turn(minute);
  const [started, rejected] = await world.list();
  assert.deepEqual([rejected?.state, rejected?.reason], ["rejected", "signature_invalid"]);
  assert.deepEqual([started?.state, started?.run], ["started", runsOf(world)[0]]);
  const { content } = await world.engine.deliveries.show(tenant, first?.id as DeliveryId);
  assert.equal(content.body, '{"no":1}');
});

test("a replay is judged as of its arrival, starts what was refused once, and what was taken only when told to", async () => {
  const world = await open();
  await world.engine.putSecret(tenant, "HOOK_SECRET", { value: "one that is not theirs" });
  await assert.rejects(world.send(1), refusedBy("signature_invalid"));
  const [refused] = await world.list();
  await assert.rejects(replay(world, refused?.id as DeliveryId), refusedBy("signature_invalid"));
  await world.engine.putSecret(tenant, "HOOK_SECRET", { value: secret });
  await world.clock.jump(60 * minute);
  const started = await replay(world, refused?.id as DeliveryId);
  assert.equal(started.type === "run" && started.repeated, false);
  const same = await replay(world, refused?.id as DeliveryId);
  assert.deepEqual(same, { ...started, repeated: true });
  const [, taken] = await world.list();
  assert.deepEqual([taken?.state, taken?.replayOf], ["started", refused?.id]);
  await assert.rejects(replay(world, taken?.id as DeliveryId), refusedBy("delivery_taken"));
  const another = await replay(world, taken?.id as DeliveryId, true);
  assert.equal(another.type === "run" && started.type === "run" && another.run !== started.run, true);
  assert.equal(runsOf(world).length, 2);
  const { entries } = await world.engine.listAudit(tenant, null, 50);
  assert.equal(entries.filter(({ action }) => action === "delivery.replayed").length, 4);
  const run = another.type === "run" ? another.run : runsOf(world)[0];
  const page = await world.engine.listEvents(tenant, run as never, 0, 1, 0);
  assert.match(JSON.stringify(page.events), new RegExp(`"replayOf":"${taken?.id}"`));
});

test("a delivery that was refused and that its sender did not name comes to one run, however often it is sent again", async () => {
  const world = await open(signed.replace(/, verify: [^\]]+\}/, "}"));
  const content = { method: "POST", headers: {}, query: {}, body: '{"no":1}', whole: true } as const;
  const refused: DeliveryId[] = [];
  for (let times = 0; times < 2; times++) {
    await world.engine.deliveries.refuse(world.token, { ...content, encoding: "utf-8" }, "invalid_json");
    refused.push((await world.list())[0]?.id as DeliveryId);
  }
  const [one, other] = refused as [DeliveryId, DeliveryId];
  const first = await replay(world, one);
  await put(world, signed.replace(/, verify: [^\]]+\}/, "}").replace("version: 1", "version: 2"));
  assert.deepEqual(await replay(world, one), { ...first, repeated: true });
  assert.equal(runsOf(world).length, 1);
  assert.equal((await replay(world, one, true)).repeated, false);
  assert.equal((await replay(world, other)).repeated, false);
  assert.equal(runsOf(world).length, 3, "another run when told to, and of another delivery");
});

test("a replay that does not fit any more tells that the secret may be another by now", async () => {
  const world = await open();
  await world.send(1);
  await world.engine.putSecret(tenant, "HOOK_SECRET", { value: "the one after it" });
  const [taken] = await world.list();
  await assert.rejects(replay(world, taken?.id as DeliveryId, true), {
    code: "signature_invalid",
    hint: /by the secret as it is now, also what came before/,
  });
});

test("a replay goes by no hook that was revoked, and of what was cut nothing is sent", async () => {
  const world = await open();
  const content = { method: "POST", headers: {}, query: {}, body: "é".repeat(40_000), whole: true } as const;
  await world.engine.deliveries.refuse(world.token, { ...content, encoding: "utf-8" }, "invalid_json");
  const [cut] = await world.list();
  const shown = await world.engine.deliveries.show(tenant, cut?.id as DeliveryId);
  assert.deepEqual([shown.content.whole, shown.content.body], [false, "é".repeat(32_768)]);
  await assert.rejects(replay(world, cut?.id as DeliveryId), refusedBy("delivery_cut"));
  await world.send(1);
  const [taken] = await world.list();
  await world.engine.hooks.revoke(tenant, world.hook.id);
  await assert.rejects(replay(world, taken?.id as DeliveryId, true), refusedBy("hook_not_found"));
  assert.equal((await world.list()).length, 2);
});

test("deliveries are kept 7 days, those refused 24 hours, and of a flood the newest", async () => {
  const world = await open();
  await world.send(1);
  const flood = Array.from({ length: 1_100 }, () => assert.rejects(world.send(2, false)));
  await Promise.all(flood);
  assert.equal(
    [...world.store.tables.deliveries.values()].filter(({ reason }) => reason !== null).length,
    1_000,
  );
  await world.clock.jump(day + 2 * minute);
  assert.deepEqual(
    (await world.list()).map(({ state }) => state),
    ["started"],
  );
  await world.clock.jump(6 * day);
  assert.deepEqual(await world.list(), []);
});
