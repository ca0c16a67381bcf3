// `auth: oauth2`: one token for all calls, renewed in time and once after a 401, never recorded, guarded where it is asked for.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { OutboundOutcome, OutboundRequest } from "../../src/ports/caller.ts";
import { AnsweringCaller, headerOf, jsonResponse } from "./answering-caller.ts";
import { AuditStage, posted, tenant } from "./audit-stage.ts";

const auth = `{type: oauth2, token_url: "https://login.example/token", client_id: shop, client_secret: "{{ secrets.CLIENT_SECRET }}", scope: orders}`;
const tokenUrl = "https://login.example/token";

function documentOf(steps: string): string {
  return `name: shop\nversion: 1\ntriggers: [{type: http}]\nsteps: ${steps}`;
}

const oneCall = `{call: {request: {method: GET, url: "https://api.example/orders", auth: ${auth}}, retry: {max: 1, delay: 1s}}}`;

async function play(
  steps: string,
  caller: AnsweringCaller,
  passMs = 120_000,
  hosts: readonly string[] | null = null,
  value = "a secret of the client's",
) {
  const stage = new AuditStage();
  stage.caller = caller;
  const engine = await stage.engine(stage.vault(true));
  await engine.putSecret(tenant, "CLIENT_SECRET", { value, allowedHosts: hosts });
  await engine.putWorkflow(tenant, { name: null, text: documentOf(steps), format: "yaml", dryRun: false });
  const trigger = posted(null);
  const { run } = await engine.startRun(tenant, {
    workflow: "shop",
    version: null,
    idempotencyKey: null,
    trigger,
  });
  await stage.clock.passTo(stage.clock.now() + passMs);
  const view = await engine.getRun(tenant, run);
  const { events } = await engine.listEvents(tenant, run, 0, 10_000, 0);
  const explained = await engine.explainRun(tenant, run);
  return { stage, engine, view, explained, told: JSON.stringify(events) };
}

/** A server of tokens that hold for `lastsS`, and a service that takes only those that hold. */
class TokenWorld {
  readonly caller: AnsweringCaller;
  stage: AuditStage | null = null;
  asked: OutboundRequest[] = [];
  valid = new Set<string>();

  constructor(token: (count: number) => OutboundOutcome, service: (token: string) => OutboundOutcome) {
    this.caller = new AnsweringCaller((request) => {
      if (request.url !== tokenUrl) return service((headerOf(request, "authorization") ?? "").slice(7));
      this.asked.push(request);
      return token(this.asked.length);
    });
  }
}

const tokenOf = (count: number, lasts = 3600) =>
  jsonResponse(200, { access_token: `token-number-${count}`, token_type: "Bearer", expires_in: lasts });

test("a token is asked for as RFC 6749 says, sent, and masked where a service repeats it", async () => {
  const world = new TokenWorld(tokenOf, (token) => jsonResponse(200, { you_sent: token }));
  const { view, told } = await play(oneCall, world.caller);
  assert.equal(view.status, "completed");
  assert.equal(world.asked.length, 1);
  const [asked] = world.asked;
  assert.equal(asked?.body, "grant_type=client_credentials&scope=orders");
  const basic = Buffer.from("shop:a+secret+of+the+client%27s").toString("base64");
  assert.equal(asked && headerOf(asked, "authorization"), `Basic ${basic}`);
  assert.equal(
    headerOf(world.caller.requests[1] as OutboundRequest, "authorization"),
    "Bearer token-number-1",
  );
  for (const hidden of ["token-number-1", "a secret of", basic])
    assert.equal(told.includes(hidden), false, hidden);
});

test("a thousand calls at once, with a token that ends twice meanwhile, ask three times at most", async () => {
  let taken = 0;
  let good = "token-number-1";
  const world = new TokenWorld(
    (count) => {
      good = `token-number-${count}`;
      return tokenOf(count);
    },
    (token) => {
      if (token !== good) return jsonResponse(401, {});
      taken++;
      // The server revokes what it gave.
      if (taken === 100 || taken === 700) good = "none";
      return jsonResponse(200, {});
    },
  );
  const items = JSON.stringify(Array.from({ length: 1_000 }, (_, index) => index));
  const steps = `{all: {request: {method: GET, url: "https://api.example/{{ item }}", auth: ${auth}}, strategy: {type: scatter, over: ${items}}}}`;
  const { view } = await play(steps, world.caller, 10_000);
  assert.equal(view.status, "completed");
  assert.equal(taken, 1_000);
  assert.equal(world.asked.length, 3);
});

test("a token is renewed before it ends", async () => {
  const world = new TokenWorld(
    (count) => tokenOf(count, 100),
    () => jsonResponse(200, {}),
  );
  const call = (after: string) =>
    `{${after}request: {method: GET, url: "https://api.example/", auth: ${auth}}}`;
  const steps = `{a: ${call("")}, n: {after: [a], sleep: 80s}, b: ${call("after: [n], ")}, m: {after: [b], sleep: 12s}, c: ${call("after: [m], ")}}`;
  const { view } = await play(steps, world.caller);
  assert.equal(view.status, "completed");
  assert.equal(world.asked.length, 2);
});

test("a token that holds is used on while its endpoint does not renew it, by every call, and never one that was refused", async () => {
  let [count, isUp, good] = [0, true, "token-number-1"];
  const caller = new AnsweringCaller((request) => {
    if (request.url !== tokenUrl) {
      const sent = headerOf(request, "authorization");
      return jsonResponse(sent === `Bearer ${good}` ? 200 : 401, {});
    }
    count++;
    return isUp ? tokenOf(count, 600) : jsonResponse(503, {});
  });
  const { stage, engine } = await play(oneCall, caller);
  const start = async (after: number) => {
    await stage.clock.passTo(stage.clock.now() + after);
    const trigger = posted(null);
    const { run } = await engine.startRun(tenant, {
      workflow: "shop",
      version: null,
      idempotencyKey: null,
      trigger,
    });
    await stage.clock.passTo(stage.clock.now() + 5_000);
    return (await engine.getRun(tenant, run)).status;
  };
  isUp = false;
  // It is renewed in its last minute.
  assert.equal(await start(425_000), "completed");
  assert.equal(await start(0), "completed");
  assert.equal(await start(0), "completed");
  assert.ok(count > 3);
  good = "another";
  assert.equal(await start(0), "failed");
  const refusedAt = caller.requests.length;
  assert.equal(await start(0), "failed");
  const later = caller.requests.slice(refusedAt).filter(({ url }) => url !== tokenUrl);
  assert.deepEqual(later, []);
});

test("a service that refuses a new token is answered by a failure, not by tokens without end", async () => {
  const world = new TokenWorld(tokenOf, () => jsonResponse(401, {}));
  const { view } = await play(oneCall, world.caller);
  assert.equal(view.status, "failed");
  assert.equal(view.steps[0]?.error?.code, "http_401");
  assert.equal(world.asked.length, 2);
  const same = new TokenWorld(
    () => tokenOf(1),
    () => jsonResponse(401, {}),
  );
  assert.equal((await play(oneCall, same.caller)).view.steps[0]?.error?.code, "http_401");
  assert.equal(same.asked.length, 2);
});

test("a refusal of the endpoint is final and says its code only; a breakdown is tried again", async () => {
  const refusing = new TokenWorld(
    () => jsonResponse(401, { error: "invalid_client", error_description: "a secret of the client's" }),
    () => jsonResponse(200, {}),
  );
  const refused = await play(oneCall, refusing.caller);
  assert.deepEqual(
    [refused.view.steps[0]?.error?.code, refused.view.steps[0]?.error?.message],
    ["oauth2_refused", "the token endpoint answered 401: invalid_client"],
  );
  assert.match(JSON.stringify(refused.explained), /invalid_client/);
  assert.equal(refused.told.includes("a secret of"), false);
  assert.equal(refusing.asked.length, 1);
  const broken = new TokenWorld(
    (count) => (count === 1 ? jsonResponse(503, {}) : tokenOf(count)),
    () => jsonResponse(200, {}),
  );
  assert.equal((await play(oneCall, broken.caller)).view.status, "completed");
  assert.equal(broken.asked.length, 2);
});

test("an endpoint that breaks down while a refused token is renewed is asked again by the next attempt", async () => {
  const service = (token: string) => jsonResponse(token === "token-number-1" ? 401 : 200, {});
  const world = new TokenWorld((count) => (count === 2 ? jsonResponse(503, {}) : tokenOf(count)), service);
  const { view, told } = await play(oneCall, world.caller);
  assert.equal(view.status, "completed");
  assert.equal(world.asked.length, 3);
  assert.match(told, /the service answered 401, and the token endpoint answered 503/);
});

test("an endpoint that gives the secret back as its error code has it recorded masked", async () => {
  const value = "a_secret_of_letters";
  const refusing = new TokenWorld(
    () => jsonResponse(400, { error: value }),
    () => jsonResponse(200, {}),
  );
  const { view, told } = await play(oneCall, refusing.caller, 1_000, null, value);
  assert.equal(view.steps[0]?.error?.message, "the token endpoint answered 400: [secret CLIENT_SECRET]");
  assert.equal(told.includes(value), false);
});

test("the client's secret goes to the hosts that it names, which need not be the service's", async () => {
  const world = () => new TokenWorld(tokenOf, () => jsonResponse(200, {}));
  const good = world();
  assert.equal((await play(oneCall, good.caller, 1_000, ["login.example"])).view.status, "completed");
  const bad = world();
  const { view } = await play(oneCall, bad.caller, 1_000, ["api.example"]);
  assert.equal(view.steps[0]?.error?.code, "secret_host_not_allowed");
  assert.equal(bad.caller.requests.length, 0);
});

test("an endpoint that answers nonsense is asked again by the next call", async () => {
  const odd = {
    access_token: "token-number-0",
    token_type: "Bearer",
    expires_in: { valueOf: 1, toString: 1 },
  };
  for (const nonsense of [odd, { ...odd, token_type: { toString: 1 }, expires_in: 60 }]) {
    const service = (token: string) => jsonResponse(token === "token-number-2" ? 200 : 401, {});
    const world = new TokenWorld(
      (count) => (count === 1 ? jsonResponse(200, nonsense) : tokenOf(count)),
      service,
    );
    const call = `request: {method: GET, url: "https://api.example/orders", auth: ${auth}}`;
    const steps = `{first: {${call}, on_error: continue}, second: {after: [first], ${call}}}`;
    const { view } = await play(steps, world.caller);
    assert.equal(view.status, "completed");
    assert.equal(world.asked.length, 2);
  }
});
