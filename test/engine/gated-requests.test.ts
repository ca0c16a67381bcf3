// Every request that is sent goes through the gate of its own host: a redirect, a second one with a fresh token, and that for the token.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { HostRule } from "../../src/engine/host-rule.ts";
import type { OutboundOutcome, OutboundRequest } from "../../src/ports/caller.ts";
import { AnsweringCaller, headerOf, jsonResponse } from "./answering-caller.ts";
import { AuditStage, posted, startAt, tenant } from "./audit-stage.ts";

const free: Omit<HostRule, "host"> = { rate: null, concurrency: null, breaker: null };

/** Plays the steps; tells each call as `host path second`. */
async function play(
  steps: string,
  hosts: readonly HostRule[],
  answer: (request: OutboundRequest) => OutboundOutcome,
) {
  const stage = new AuditStage();
  const told: string[] = [];
  stage.caller = new AnsweringCaller((request) => {
    const { hostname, pathname } = new URL(request.url);
    told.push(`${hostname}${pathname} ${Math.floor((stage.clock.now() - startAt) / 1_000)}`);
    return answer(request);
  });
  const engine = await stage.engine(stage.vault(true), stage.store, { hosts });
  const text = `name: shop\nversion: 1\ntriggers: [{type: http}]\nsteps: ${steps}`;
  await engine.putWorkflow(tenant, { name: null, text, format: "yaml", dryRun: false });
  const { run } = await engine.startRun(tenant, startOf("shop"));
  await stage.clock.passTo(startAt + 300_000);
  const { status } = await engine.getRun(tenant, run);
  return { status, told };
}

function startOf(workflow: string) {
  const trigger = posted(null);
  return { workflow, version: null, idempotencyKey: null, trigger };
}

function redirectTo(location: string): OutboundOutcome {
  return { type: "response", status: 307, headers: { location }, body: new Uint8Array() };
}

const moved = `{request: {method: GET, url: "https://a.example/{{ item }}", redirects: 2}, strategy: {type: scatter, over: [1, 2, 3]}}`;

test("a redirect to another host is followed when the gate of that host lets it through", async () => {
  const rule = { host: "b.example", ...free, rate: { calls: 1, perMs: 10_000 } };
  const { status, told } = await play(`{all: ${moved}}`, [rule], ({ url }) =>
    url.startsWith("https://a.")
      ? redirectTo(`https://b.example${new URL(url).pathname}`)
      : jsonResponse(200, {}),
  );
  assert.equal(status, "completed");
  assert.deepEqual(told, [
    ...["a.example/1 0", "a.example/2 0", "a.example/3 0"],
    ...["b.example/1 10", "b.example/2 20", "b.example/3 30"],
  ]);
});

test("a host is held to its rule however its address is spelt", async () => {
  const rule = { host: "a.example", ...free, rate: { calls: 1, perMs: 10_000 } };
  const spelt = ["https://A.example/1", "https://a%2Eexample/2", "https://a。example/3"];
  const over = JSON.stringify(spelt);
  const step = `{request: {method: GET, url: "{{ item }}"}, strategy: {type: scatter, over: ${over}}}`;
  const { told } = await play(`{all: ${step}}`, [rule], () => jsonResponse(200, {}));
  assert.deepEqual(told, ["a.example/1 10", "a.example/2 20", "a.example/3 30"]);
});

test("time spent before the gate of another host is none of the call's own", async () => {
  const rule = { host: "b.example", ...free, rate: { calls: 1, perMs: 60_000 } };
  const step = moved.replace("redirects: 2}", "redirects: 2}, response: {timeout: 5s}");
  const { status, told } = await play(`{all: ${step}}`, [rule], ({ url, timeoutMs }) => {
    if (url.startsWith("https://a.")) return redirectTo("https://b.example/");
    return jsonResponse(timeoutMs > 4_000 ? 200 : 504, {});
  });
  assert.equal(status, "completed");
  assert.equal(told.at(-1), "b.example/ 180");
});

test("each host answers for itself: what a redirect leads to says nothing of whoever redirected", async () => {
  const rule = { host: "a.example", ...free, breaker: { failures: 1, openMs: 600_000 } };
  const step = (id: string, after: string) =>
    `${id}: {${after}request: {method: GET, url: "https://a.example/${id}", redirects: 2}, on_error: continue}`;
  const steps = `{${step("one", "")}, ${step("two", "after: [one], ")}}`;
  const { told } = await play(steps, [rule], ({ url }) =>
    url.startsWith("https://a.") ? redirectTo("https://b.example/") : jsonResponse(503, {}),
  );
  const asked = told.filter((one) => one.startsWith("a."));
  assert.deepEqual(
    new Set(asked.map((one) => one.split(" ")[0])),
    new Set(["a.example/one", "a.example/two"]),
  );
});

const auth = `{type: oauth2, token_url: "https://login.example/token", client_id: shop, client_secret: open}`;
const call = (after: string) =>
  `{${after}request: {method: GET, url: "https://api.example/", auth: ${auth}}}`;

test("the second request after a 401 goes through the gate like the first", async () => {
  const rule = { host: "api.example", ...free, rate: { calls: 1, perMs: 10_000 } };
  let [made, good] = [0, ""];
  const { status, told } = await play(`{a: ${call("")}, b: ${call("after: [a], ")}}`, [rule], (request) => {
    if (request.url.startsWith("https://login.")) {
      good = `token-number-${++made}`;
      return jsonResponse(200, { access_token: good, token_type: "Bearer", expires_in: 3600 });
    }
    const isTaken = headerOf(request, "authorization") === `Bearer ${good}`;
    // What was taken once is taken no more.
    good = "";
    return jsonResponse(isTaken ? 200 : 401, {});
  });
  assert.equal(status, "completed");
  const seconds = told.filter((one) => one.startsWith("api.")).map((one) => Number(one.split(" ")[1]));
  assert.deepEqual(seconds, [10, 20, 30]);
});

test("a token is fetched through the gate of its own host, also where one place is all that there is", async () => {
  const rule = { host: "*.example", ...free, concurrency: 1, rate: { calls: 1, perMs: 10_000 } };
  const document = `{a: ${call("").replace("login.example", "api.example")}}`;
  const { status, told } = await play(document, [rule], ({ url }) =>
    url.endsWith("/token")
      ? jsonResponse(200, { access_token: "token-number-1", token_type: "Bearer", expires_in: 3600 })
      : jsonResponse(200, {}),
  );
  assert.equal(status, "completed");
  assert.deepEqual(told, ["api.example/token 10", "api.example/ 20"]);
});

test("a call that waits for its token, or before that, is given up unsent by a cancel, and says what holds it back", async () => {
  for (const host of ["login.example", "api.example"]) {
    const stage = new AuditStage();
    const told: string[] = [];
    stage.caller = new AnsweringCaller(({ url }) => {
      told.push(url);
      return url.endsWith("/token")
        ? jsonResponse(200, { access_token: "token-number-1", token_type: "Bearer", expires_in: 3600 })
        : jsonResponse(200, {});
    });
    const rule = { host, ...free, rate: { calls: 1, perMs: 3_600_000 } };
    const engine = await stage.engine(stage.vault(true), stage.store, { hosts: [rule] });
    const text = `name: shop\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: ${call("")}}`;
    await engine.putWorkflow(tenant, { name: null, text, format: "yaml", dryRun: false });
    const { run } = await engine.startRun(tenant, startOf("shop"));
    await stage.clock.passTo(startAt + 10_000);
    const { now } = await engine.getRun(tenant, run);
    assert.match(now?.line ?? "", new RegExp(`held back.*${host}`), host);
    await engine.cancelRun(tenant, run, true);
    await stage.clock.passTo(startAt + 20_000);
    const view = await engine.getRun(tenant, run);
    assert.equal(view.status, "cancelled", host);
    await stage.clock.passTo(startAt + 7_200_000);
    assert.deepEqual(told, [], host);
    const { run: later } = await engine.startRun(tenant, startOf("shop"));
    await stage.clock.passTo(startAt + 4 * 3_600_000);
    assert.equal((await engine.getRun(tenant, later)).status, "completed", host);
  }
});

test("so is one that has its token and waits for its turn again", async () => {
  const stage = new AuditStage();
  const told: string[] = [];
  const later: ((outcome: OutboundOutcome) => void)[] = [];
  stage.caller = new AnsweringCaller(({ url }) => {
    told.push(url);
    return new Promise((resolve) => void later.push(resolve));
  });
  const rule = { host: "api.example", ...free, concurrency: 1 };
  const engine = await stage.engine(stage.vault(true), stage.store, { hosts: [rule] });
  const start = async (name: string, step: string) => {
    const text = `name: ${name}\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: ${step}}`;
    await engine.putWorkflow(tenant, { name: null, text, format: "yaml", dryRun: false });
    const { run } = await engine.startRun(tenant, startOf(name));
    await stage.clock.passTo(stage.clock.now() + 1_000);
    return run;
  };
  const run = await start("shop", call(""));
  await start("slow", `{request: {method: GET, url: "https://api.example/slow"}}`);
  later[0]?.(jsonResponse(200, { access_token: "token-number-1", token_type: "Bearer", expires_in: 3600 }));
  await stage.clock.passTo(stage.clock.now() + 1_000);
  const { now } = await engine.getRun(tenant, run);
  assert.match(now?.line ?? "", /held back by api.example \(concurrency\)/);
  await engine.cancelRun(tenant, run, true);
  await stage.clock.passTo(stage.clock.now() + 1_000);
  assert.equal((await engine.getRun(tenant, run)).status, "cancelled");
  later[1]?.(jsonResponse(200, {}));
  await stage.clock.passTo(stage.clock.now() + 1_000);
  assert.deepEqual(told, ["https://login.example/token", "https://api.example/slow"]);
});

test("a call that is given up while its token is fetched leaves no place taken", async () => {
  const stage = new AuditStage();
  const asked: string[] = [];
  const later: ((outcome: OutboundOutcome) => void)[] = [];
  const token = (name: string) => jsonResponse(200, { access_token: name, token_type: "Bearer" });
  stage.caller = new AnsweringCaller(({ url }) => {
    const { hostname, pathname } = new URL(url);
    asked.push(hostname + pathname);
    if (pathname === "/token" && later.length === 0) later.push(() => {});
    else if (pathname === "/token" || pathname === "/a")
      return new Promise((resolve) => void later.push(resolve));
    return pathname === "/token" ? token("token-number-1") : jsonResponse(pathname === "/b" ? 401 : 200, {});
  });
  const rule = { host: "b.example", ...free, concurrency: 1 };
  const engine = await stage.engine(stage.vault(true), stage.store, { hosts: [rule] });
  let seconds = 0;
  const run = async (name: string, step: string) => {
    const text = `name: ${name}\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: ${step}}`;
    await engine.putWorkflow(tenant, { name: null, text, format: "yaml", dryRun: false });
    const started = await engine.startRun(tenant, startOf(name));
    await stage.clock.passTo(startAt + ++seconds * 1_000);
    return async () => (await engine.getRun(tenant, started.run)).status;
  };
  await run("first", call(""));
  const url = `"https://{{ item }}.example/{{ item }}"`;
  const race = `{request: {method: GET, url: ${url}, auth: ${auth}}, strategy: {type: race, over: [a, b]}}`;
  const raced = await run("raced", race);
  assert.deepEqual(asked.slice(2).sort(), ["a.example/a", "b.example/b", "login.example/token"]);
  later[1]?.(jsonResponse(200, {}));
  await stage.clock.passTo(startAt + ++seconds * 1_000);
  assert.equal(await raced(), "completed");
  later[2]?.(token("token-number-2"));
  await stage.clock.passTo(startAt + ++seconds * 1_000);
  const next = await run("next", `{request: {method: GET, url: "https://b.example/next"}}`);
  assert.equal(asked.at(-1), "b.example/next");
  assert.equal(await next(), "completed");
});
