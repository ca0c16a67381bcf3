// What senders sign with their own code is taken, once; what anybody altered is not.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { Webhooks } from "@octokit/webhooks";
import { Webhook } from "standardwebhooks";
import Stripe from "stripe";
import { judgeSignature } from "../../src/engine/judge-signature.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import type { DeliveryId, HookId } from "../../src/value/id.ts";
import { HandClock, openEngine, runsOf, start, tenant } from "./open-engine.ts";
import { hmacHex, put, triggerOf } from "./sample.ts";

type Headers = Readonly<Record<string, string>>;

interface Sender {
  readonly name: string;
  readonly secret: string;
  readonly verify: string;
  /** Of one delivery, sent at `atMs`. */
  headers(text: string, atMs: number): Headers | Promise<Headers>;
  /** Header of the signature. */
  readonly header: string;
  readonly signsTime: boolean;
}

const standardSecret = `whsec_${Buffer.alloc(24, 5).toString("base64")}`;
const seconds = (ms: number) => Math.floor(ms / 1_000);

const senders: readonly Sender[] = [
  {
    name: "github",
    secret: "a secret of GitHub",
    verify: "{type: github, secret: HOOK_SECRET}",
    headers: async (text) => ({
      "x-hub-signature-256": await new Webhooks({ secret: "a secret of GitHub" }).sign(text),
      "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
    }),
    header: "x-hub-signature-256",
    signsTime: false,
  },
  {
    name: "stripe",
    secret: "whsec_of_stripe",
    verify: "{type: stripe, secret: HOOK_SECRET}",
    headers: (payload, atMs) => {
      const given = { payload, secret: "whsec_of_stripe", timestamp: seconds(atMs) };
      return { "stripe-signature": new Stripe("sk_test_1").webhooks.generateTestHeaderString(given) };
    },
    header: "stripe-signature",
    signsTime: true,
  },
  {
    name: "slack",
    secret: "8f742231b10e8888abcd99yyyzzz85a5",
    verify: "{type: slack, secret: HOOK_SECRET}",
    headers: (text, atMs) => ({
      "x-slack-request-timestamp": `${seconds(atMs)}`,
      "x-slack-signature": `v0=${hmacHex("8f742231b10e8888abcd99yyyzzz85a5", `v0:${seconds(atMs)}:${text}`)}`,
    }),
    header: "x-slack-signature",
    signsTime: true,
  },
  {
    name: "standard-webhooks",
    secret: standardSecret,
    verify: "{type: standard-webhooks, secret: HOOK_SECRET, tolerance: 5m}",
    headers: (text, atMs) => ({
      "webhook-id": "msg_1",
      "webhook-timestamp": `${seconds(atMs)}`,
      "webhook-signature": new Webhook(standardSecret).sign("msg_1", new Date(atMs), text),
    }),
    header: "webhook-signature",
    signsTime: true,
  },
];

async function open({ verify, secret }: Pick<Sender, "verify" | "secret">) {
  const clock = new HandClock();
  const world = await openEngine(new MemoryStore({ exclusive: true }), clock);
  world.unlock();
  await world.engine.putSecret(tenant, "HOOK_SECRET", { value: secret });
  const text = `name: signed\nversion: 1\ntriggers: [{type: http, verify: ${verify}}]\nsteps: {one: {value: 1}}\n`;
  await put(world, text);
  const { token } = await world.engine.hooks.create(tenant, { workflow: "signed", quota: null });
  const send = (body: object, headers: Headers) =>
    world.engine.acceptHook(token, { trigger: triggerOf({ ...body }, headers), idempotencyKey: null });
  return { clock, world, token, send };
}

const invalid = { code: "signature_invalid" };
const body = { id: "evt_1", event_id: "Ev1", amount: 7 };
const text = JSON.stringify(body);

for (const sender of senders) {
  test(`${sender.name}: what it signs starts one run, however often it comes`, async () => {
    const { world, token, send } = await open(sender);
    const first = await send(body, await sender.headers(text, start));
    const again = await send(body, await sender.headers(text, start + 60_000));
    assert.ok(first.type === "run" && again.type === "run");
    assert.deepEqual([first.repeated, again.repeated, again.run], [false, true, first.run]);
    const headers = {
      ...(await sender.headers(text, start)),
      "content-type": "application/x-www-form-urlencoded",
    };
    const trigger = { ...triggerOf(body, headers), body: { [text]: "" } };
    const other = await world.engine.acceptHook(token, { trigger, idempotencyKey: null });
    assert.deepEqual([other.type, other.repeated], ["run", true]);
    assert.equal(runsOf(world).length, 1, "under another media type, too");
  });

  test(`${sender.name}: what is altered, old, or signed by another is refused`, async () => {
    const { send } = await open(sender);
    const headers = await sender.headers(text, start);
    await assert.rejects(send({ ...body, amount: 8 }, headers), invalid);
    for (const name of Object.keys(headers).filter((one) => one !== "x-github-delivery")) {
      const { [name]: dropped = "", ...rest } = headers;
      await assert.rejects(send(body, rest), invalid, `without ${name}`);
      for (const other of [
        "",
        "x",
        dropped.slice(1),
        dropped.slice(0, -2),
        `${dropped}0`,
        dropped.replace("1", "2"),
      ]) {
        if (other === dropped) continue;
        await assert.rejects(send(body, { ...rest, [name]: other }), invalid, `${name}: ${other}`);
      }
    }
    for (const atMs of sender.signsTime ? [start - 301_000, start + 301_000] : []) {
      await assert.rejects(send(body, await sender.headers(text, atMs)), invalid);
    }
    await (await open({ ...sender, secret: standardSecret.replace("B", "C") })).send(body, headers).then(
      () => assert.fail("signed by another"),
      (error) => assert.equal(error.code, "signature_invalid"),
    );
  });

  test(`${sender.name}: while nobody is signed in everything waits, and only what is signed starts, once`, async () => {
    const { world, clock, send } = await open(sender);
    world.lock();
    const headers = await sender.headers(text, start);
    for (const one of [headers, { ...headers, [sender.header]: "x" }, headers]) {
      assert.equal((await send(body, one)).type, "item");
    }
    await clock.turn(3_600_000);
    world.unlock();
    await clock.turn(2_000);
    const { rows } = await world.engine.listInbox(tenant, {}, null, 10);
    assert.deepEqual(
      rows.map(({ state, reason }) => [state, reason]),
      [
        ["started", null],
        ["rejected", "signature_invalid"],
        ["started", null],
      ],
    );
    assert.equal(runsOf(world).length, 1);
  });
}

test("one of several signatures fits, while a sender changes its secret", async () => {
  const sender = senders[3] as Sender;
  const { send } = await open(sender);
  const headers = await sender.headers(text, start);
  const signatures = `v1a,x v1,AAAA ${headers["webhook-signature"]}`;
  assert.equal((await send(body, { ...headers, "webhook-signature": signatures })).type, "run");
});

test("the example in Slack's documentation", async () => {
  const { vault } = await openEngine(new MemoryStore({ exclusive: true }), new HandClock());
  const rawBody =
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
  const headers = {
    "x-slack-request-timestamp": "1531420618",
    "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
  };
  const rule = { type: "slack", secret: "HOOK_SECRET", toleranceMs: 300_000 } as const;
  const secret = "8f742231b10e8888abcd99yyyzzz85a5";
  const trigger = { ...triggerOf({}, headers), rawBody };
  judgeSignature(vault, rule, secret, trigger, 1_531_420_700_000);
  const altered = { ...trigger, rawBody: rawBody.replace("roadrunner", "coyote") };
  assert.throws(() => judgeSignature(vault, rule, secret, altered, 1_531_420_700_000), invalid);
});

for (const sender of senders) {
  test(`${sender.name}: what names the same delivery is the same, though its sender wrote the rest anew`, async () => {
    const { world, clock, send } = await open(sender);
    const sendWith = async (pending: number) => {
      const sent = { ...body, pending_webhooks: pending };
      return send(sent, await sender.headers(JSON.stringify(sent), start));
    };
    const first = await sendWith(2);
    assert.deepEqual(await sendWith(1), { ...first, repeated: true });
    world.lock();
    assert.equal((await sendWith(0)).type, "item");
    world.unlock();
    await clock.turn(2_000);
    const { rows } = await world.engine.listInbox(tenant, {}, null, 10);
    assert.deepEqual(
      rows.map(({ state, run }) => [state, run]),
      [["started", first.type === "run" ? first.run : null]],
    );
    assert.equal(runsOf(world).length, 1);
  });
}

const verification = { type: "url_verification", challenge: "abc123" };

test("a challenge of Slack's is answered with itself and starts nothing, however often it comes", async () => {
  const slack = senders[2] as Sender;
  const { world, clock, send } = await open(slack);
  const headers = await slack.headers(JSON.stringify(verification), start);
  const answered = { type: "challenge", challenge: "abc123", repeated: false };
  for (let times = 0; times < 2; times++) assert.deepEqual(await send(verification, headers), answered);
  await assert.rejects(send({ ...verification, challenge: "abc124" }, headers), invalid, "not signed so");
  const [hook] = (await world.engine.hooks.list(tenant, null, 200)).rows;
  const listed = async () =>
    (await world.engine.deliveries.list(tenant, hook?.id as HookId, null, null, 10)).rows;
  const told = (await listed()).map(({ state, reason, run, item }) => [state, reason, run, item]);
  const none = ["answered", null, null, null];
  assert.deepEqual(told, [["refused", "signature_invalid", null, null], none, none]);
  world.lock();
  assert.equal((await send(verification, headers)).type, "item", "nobody can judge it");
  world.unlock();
  await clock.turn(2_000);
  const [waited, , first] = await listed();
  assert.deepEqual([waited?.state, waited?.reason], ["rejected", "challenge_only"]);
  for (const one of [waited, first]) {
    const again = world.engine.deliveries.replay(tenant, one?.id as DeliveryId, true, () => ({
      trigger: triggerOf(verification, headers),
      idempotencyKey: null,
    }));
    await assert.rejects(again, { code: "challenge_only" });
  }
  assert.equal(runsOf(world).length, 0);
});

test("what only looks like a challenge starts runs: of another type, or of another sender", async () => {
  const { headers: sign, ...slack } = senders[2] as Sender;
  const { world, send } = await open(slack);
  const other = { ...verification, type: "event_callback" };
  assert.equal((await send(other, await sign(JSON.stringify(other), start))).type, "run");
  const standard = senders[3] as Sender;
  const theirs = await open(standard);
  const headers = await standard.headers(JSON.stringify(verification), start);
  assert.equal((await theirs.send(verification, headers)).type, "run");
  assert.deepEqual([runsOf(world).length, runsOf(theirs.world).length], [1, 1]);
});

test("an HMAC with a time names the delivery by itself; an Idempotency-Key beside it changes nothing", async () => {
  const sender = {
    secret: "s",
    verify: "{type: hmac, header: X-Sig, secret: HOOK_SECRET, timestamp: {header: X-At}}",
  };
  const { world } = await open(sender);
  const { token } = await world.engine.hooks.create(tenant, { workflow: "signed", quota: null });
  const at = `${seconds(start)}`;
  const trigger = triggerOf(body, { "x-at": at, "x-sig": hmacHex("s", `${at}.${text}`) });
  for (const idempotencyKey of [null, "a", "b"]) {
    await world.engine.acceptHook(token, { trigger, idempotencyKey });
  }
  // Who caught one can write its header in other ways, which fit as well.
  const signature = hmacHex("s", `${at}.${text}`);
  for (const written of [signature.toUpperCase(), `${signature}, 00`, `00,${signature}`]) {
    const again = triggerOf(body, { "x-at": at, "x-sig": written });
    await world.engine.acceptHook(token, { trigger: again, idempotencyKey: null });
  }
  assert.equal(runsOf(world).length, 1);
});

test("a delivery of Stripe's without an id is one, however its header is written", async () => {
  const sender = senders[1] as Sender;
  const { world } = await open(sender);
  const { token } = await world.engine.hooks.create(tenant, { workflow: "signed", quota: null });
  const plain = { order: 7 };
  const header = (await sender.headers(JSON.stringify(plain), start))["stripe-signature"] ?? "";
  for (const written of [header, `${header},v0=00`, header.replace(",", " , ")]) {
    const trigger = triggerOf(plain, { "stripe-signature": written });
    await world.engine.acceptHook(token, { trigger, idempotencyKey: null });
  }
  assert.equal(runsOf(world).length, 1);
});

test("by a secret of Standard Webhooks that holds no key nobody can sign", async () => {
  const sign = (key: string) =>
    createHmac("sha256", key)
      .update(`msg_1.${seconds(start)}.${text}`)
      .digest("base64");
  for (const secret of ["whsec_", "whsec_=", "=", "whsec_not base64"]) {
    const { world, send } = await open({ ...(senders[3] as Sender), secret });
    const headers = { "webhook-id": "msg_1", "webhook-timestamp": `${seconds(start)}` };
    await assert.rejects(send(body, { ...headers, "webhook-signature": `v1,${sign("")}` }), {
      ...invalid,
      message: "the signature cannot be judged here",
    });
    const [hook] = (await world.engine.hooks.list(tenant, null, 200)).rows;
    const { rows } = await world.engine.deliveries.list(tenant, hook?.id as HookId, null, null, 10);
    assert.deepEqual(
      rows.map(({ reason }) => reason),
      ["invalid_secret"],
    );
  }
});
