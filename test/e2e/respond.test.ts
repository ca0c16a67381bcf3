// What a workflow responds to its synchronous caller, and the list of schedules.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { ended } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-respond-"));
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home);
  const put = (name: string, text: string) =>
    engine.client.putWorkflow(name, `name: ${name}\nversion: 1\n${text}`, "yaml");
  await put(
    "created",
    `triggers:
  - type: http
    respond:
      status: 201
      headers: {location: "/orders/{{ trigger.body.n }}", set-cookie: [a=1, b=2]}
      body: {n: "{{ steps.a.output }}"}
steps: {a: {value: "{{ trigger.body.n }}"}}`,
  );
  await put(
    "early",
    `triggers: [{type: http, respond: {status: 202, after: a, body: "{{ steps.a.output }}"}}]
steps: {a: {value: got it}, b: {after: [a], wait: {signal: go}}}`,
  );
  await put(
    "never",
    `triggers: [{type: http, respond: {status: 201, after: store, body: {s: "{{ steps.store.status }}"}}}]
steps: {x: {value: "a{{ trigger.body.none }}"}, store: {after: [x], value: 1}}`,
  );
  await put(
    "broken",
    `triggers: [{type: http, respond: {body: "x{{ trigger.body.none }}"}}]
steps: {a: {value: 1}}`,
  );
  await put(
    "heads",
    `triggers: [{type: http, respond: {headers: {x-list: "{{ trigger.body }}"}}}]
steps: {a: {value: 1}}`,
  );
  await put("empty", `triggers: [{type: http, respond: {status: 204}}]\nsteps: {a: {value: 1}}`);
  await put("slow", `triggers: [{type: http, sync_timeout: 50ms}]\nsteps: {a: {wait: {signal: go}}}`);
  await put(
    "nightly",
    `triggers:
  - {type: cron, schedule: "0 3 * * *", timezone: Europe/Berlin, catch_up: none, jitter: 1m}
  - {type: http}
steps: {a: {value: 1}}`,
  );
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

function trigger(name: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${engine.url}/workflows/${name}`, {
    method: "POST",
    headers: { "dispatched-session": engine.token, "content-type": "application/json", ...headers },
    body: '{"n": 12345678901234567890}',
  });
}

test("status, headers and body are the workflow's", async () => {
  const answer = await trigger("created", { "idempotency-key": "once" });
  assert.equal(answer.status, 201);
  assert.equal(answer.headers.get("location"), "/orders/12345678901234567890");
  assert.deepEqual(answer.headers.getSetCookie(), ["a=1", "b=2"]);
  assert.match(answer.headers.get("content-type") ?? "", /^application\/json/);
  assert.equal(await answer.text(), '{"n":12345678901234567890}');
  const again = await trigger("created", { "idempotency-key": "once" });
  assert.deepEqual(
    [again.status, again.headers.get("dispatched-run")],
    [201, answer.headers.get("dispatched-run")],
  );
  assert.equal((await trigger("created", { prefer: "respond-async" })).status, 202);
});

test("after a step the caller is answered, and the run goes on", async () => {
  const answer = await trigger("early");
  assert.deepEqual([answer.status, await answer.json()], [202, "got it"]);
  const id = answer.headers.get("dispatched-run") ?? "";
  assert.equal((await engine.client.getRun(id)).ended_at, null);
  await engine.client.sendSignal(id, "go", { body: null });
  assert.equal((await ended(engine.client, id)).status, "completed");
});

test("a run that fails before the step begins that the answer comes after is answered as a problem", async () => {
  const answer = await trigger("never");
  const problem = (await answer.json()) as { code: string; run: string };
  assert.deepEqual([answer.status, problem.code], [502, "run_failed"]);
  assert.equal((await engine.client.getRun(problem.run)).status, "failed");
});

test("an answer that cannot be made is a 500 that names the run and what is wrong", async () => {
  const answer = await trigger("broken");
  const problem = (await answer.json()) as { code: string; run: string; detail: string };
  assert.deepEqual([answer.status, problem.code], [500, "respond_failed"]);
  assert.match(problem.detail, /respond\.body: /);
  assert.equal((await engine.client.getRun(problem.run)).status, "completed");
});

test("headers of an answer cannot split it, nor be larger than headers may", async () => {
  const heads = async (list: readonly (string | null)[]) => {
    const answer = await fetch(`${engine.url}/workflows/heads`, {
      method: "POST",
      headers: { "dispatched-session": engine.token, "content-type": "application/json" },
      body: JSON.stringify(list),
    });
    return [answer.status, answer.headers.get("x-list"), answer.headers.get("set-cookie")];
  };
  assert.deepEqual(await heads(["a", null, "b"]), [200, "a, b", null]);
  assert.deepEqual(await heads(["a\r\nset-cookie: b=c"]), [500, null, null]);
  assert.deepEqual(await heads(Array.from({ length: 70 }, () => "x".repeat(1_000))), [500, null, null]);
});

test("an answer without content has no body", async () => {
  const answer = await trigger("empty");
  assert.deepEqual([answer.status, await answer.text()], [204, ""]);
});

test("the workflow says how long its callers wait, and Prefer another time", async () => {
  const answer = await trigger("slow");
  assert.equal(answer.status, 202);
  assert.match(answer.headers.get("location") ?? "", /^\/api\/runs\/run_/);
  assert.equal((await trigger("slow", { prefer: "wait=0" })).status, 202);
});

test("schedules are listed with their next times", async () => {
  const { schedules, next } = await engine.client.listSchedules();
  assert.equal(next, null);
  assert.equal(schedules.length, 1);
  const [nightly] = schedules;
  assert.deepEqual(
    [nightly?.workflow, nightly?.timezone, nightly?.catch_up, nightly?.jitter_ms],
    ["nightly", "Europe/Berlin", "none", 60_000],
  );
  assert.ok((nightly?.next.length ?? 0) > 1);
  assert.ok(nightly?.next.every((at) => /T0[12]:00:00\.000Z$/.test(at)));
});
