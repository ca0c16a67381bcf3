// The http trigger from outside: synchronous, asynchronous, repeated, failing.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { LedgerService } from "../process/ledger-service.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-trigger-"));
const service = new LedgerService({ refuses: 0, slowestMs: 1 });
let engine: EngineUnderTest;
let address: string;

before(async () => {
  address = await service.start();
  engine = await startDev(home);
  const put = (name: string, rest: string) =>
    engine.client.putWorkflow(name, `name: ${name}\nversion: 1\ntriggers: [{type: http}]\n${rest}`, "yaml");
  const call = `{request: {method: POST, url: "${address}/x", body: "{{ trigger.body }}"}}`;
  await put("echo", `steps: {a: ${call}}\noutput: {got: "{{ trigger.body }}", q: "{{ trigger.query.q }}"}`);
  await put("fails", `steps: {a: {value: "x{{ trigger.body.none }}"}}`);
  await put("keyless", `concurrency: {limit: 1, key: "of {{ trigger.body.shop }}"}\nsteps: {a: {value: 1}}`);
  await put("late", `timeout: 50ms\nsteps: {a: {sleep: 10s}}`);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.stop();
  rmSync(home, { recursive: true, force: true });
});

function trigger(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${engine.url}/workflows/${path}`, {
    method: "POST",
    headers: { "dispatched-session": engine.token, "content-type": "application/json", ...headers },
    body,
  });
}

test("synchronous: the answer is the run's output, big integers included", async () => {
  const answer = await trigger("echo?q=1", '{"n": 12345678901234567890}');
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("dispatched-run") ?? "", /^run_/);
  assert.equal(await answer.text(), '{"got":{"n":12345678901234567890},"q":"1"}');
});

test("Prefer: respond-async answers 202 with Location at once", async () => {
  const answer = await trigger("echo", "{}", { prefer: "respond-async" });
  assert.equal(answer.status, 202);
  const location = answer.headers.get("location") ?? "";
  assert.match(location, /^\/api\/runs\/run_/);
  const run = await fetch(`${engine.url}${location}?wait=10`, {
    headers: { "dispatched-session": engine.token },
  });
  assert.equal(((await run.json()) as { status: string }).status, "completed");
});

test("Prefer: wait=N waits that long", async () => {
  assert.equal((await trigger("echo", "{}", { prefer: "wait=5" })).status, 200);
  assert.equal((await trigger("echo", "{}", { prefer: "wait=0" })).status, 202);
});

test("a failed run answers 502 as a problem that names run, step and cause", async () => {
  const answer = await trigger("fails", "{}");
  assert.equal(answer.status, 502);
  assert.match(answer.headers.get("content-type") ?? "", /^application\/problem\+json/);
  const problem = (await answer.json()) as Record<string, unknown>;
  assert.equal(problem["code"], "run_failed");
  assert.equal(problem["step"], "a");
  assert.equal((problem["cause"] as { code: string }).code, "null_in_text");
  assert.equal(problem["run"], answer.headers.get("dispatched-run"));
});

test("a run that takes longer than its timeout answers 504", async () => {
  const answer = await trigger("late", "{}");
  assert.equal(answer.status, 504);
  assert.equal(((await answer.json()) as { code: string }).code, "run_timed_out");
});

test("an Idempotency-Key starts one run, and another body under it is refused", async () => {
  const key = { "idempotency-key": "order-1" };
  const answers = await Promise.all([trigger("echo", '{"n":1}', key), trigger("echo", '{"n":1}', key)]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200],
  );
  assert.equal(answers[0]?.headers.get("dispatched-run"), answers[1]?.headers.get("dispatched-run"));
  assert.equal(await answers[0]?.text(), await answers[1]?.text());
  const other = await trigger("echo", '{"n":2}', key);
  assert.equal(other.status, 422);
  assert.equal(((await other.json()) as { code: string }).code, "idempotency_conflict");
});

test("the engine's headers reach the service, and the caller's credentials are not recorded", async () => {
  const before = service.ledger.length;
  const answer = await trigger("echo", "{}", { authorization: "Bearer outside", cookie: "a=b" });
  const run = answer.headers.get("dispatched-run") ?? "";
  assert.equal(service.ledger[before]?.key, `${run}/a`);
  assert.equal(service.ledger[before]?.attempt, 1);
  const { events } = await engine.client.listEvents(run, 0);
  const recorded = JSON.stringify(events[0]);
  assert.ok(!recorded.includes("outside") && !recorded.includes(engine.token));
});

test("a key of concurrency that cannot be evaluated is told with the workflow's name", async () => {
  const answer = await trigger("keyless", "{}");
  assert.equal(answer.status, 422);
  const { code, detail } = (await answer.json()) as { readonly code: string; readonly detail: string };
  assert.equal(code, "invalid_concurrency_key");
  assert.match(detail, /^`concurrency\.key` of keyless: `trigger\.body\.shop` is null within a text/);
});
