// Signals and callbacks from outside: early, late, repeated, refused.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ScriptedService } from "../process/scripted-service.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { allEvents, ended, until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-signals-"));
const service = new ScriptedService();
let engine: EngineUnderTest;

before(async () => {
  const address = await service.start();
  engine = await startDev(home);
  const put = (name: string, steps: string) =>
    engine.client.putWorkflow(name, `name: ${name}\nversion: 1\ntriggers: [{type: http}]\n${steps}`, "yaml");
  await put(
    "approval",
    `steps: {approve: {wait: {signal: approve, schema: {type: object, required: [ok]}}}}
output: "{{ steps.approve.output }}"`,
  );
  await put(
    "late",
    `steps:
  slow: {request: {method: POST, url: "${address}/slow"}, after: [first]}
  first: {wait: {signal: first}}
  second: {wait: {signal: second}, after: [slow]}
output: "{{ steps.second.output }}"`,
  );
  await put(
    "callback",
    `steps:
  ask:
    request: {method: POST, url: "${address}/ask", body: {answer: "{{ callback.url }}"}}
    wait: {timeout: 1h, schema: {type: object, required: [ok]}, show: {title: "Order {{ trigger.body.n }}", data: {expr: "return trigger.body.n + 1", lang: lua}}}
output: "{{ steps.ask.output }}"`,
  );
  await put(
    "hasty",
    `steps:
  ask:
    request: {method: POST, url: "${address}/hasty", body: {answer: "{{ callback.url }}"}}
    wait: {timeout: 1ms, on_timeout: continue}`,
  );
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.stop();
  rmSync(home, { recursive: true, force: true });
});

function send(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { "dispatched-session": engine.token, ...(init.headers as Record<string, string>) };
  return fetch(`${engine.url}${path}`, { ...init, headers });
}

const json = { "content-type": "application/json" };

async function start(workflow: string, body: string | null = null): Promise<string> {
  return (await engine.client.startRun(workflow, { body })).run;
}

async function codeOf(answer: Response): Promise<readonly [number, string]> {
  return [answer.status, ((await answer.json()) as { code: string }).code];
}

test("a signal ends the wait, and the run shows what it waits for until then", async () => {
  const id = await start("approval");
  const waiting = await until(engine.client, id, (run) => run.steps[0]?.phase === "wait");
  assert.equal(waiting.status, "waiting");
  assert.match(waiting.now, /approve · waits for approve/);
  assert.ok(waiting.steps[0]?.waits_until !== null);

  const misfit = await send(`/api/runs/${id}/signal/approve`, { method: "POST", headers: json, body: "{}" });
  assert.deepEqual(await codeOf(misfit), [422, "schema_mismatch"]);
  const unknown = await send(`/api/runs/${id}/signal/aprove`, { method: "POST" });
  assert.deepEqual(await codeOf(unknown), [404, "signal_unknown"]);

  const sent = await send(`/api/runs/${id}/signal/approve`, {
    method: "POST",
    headers: json,
    body: '{"ok": true}',
  });
  assert.equal(sent.status, 202);
  assert.deepEqual(await sent.json(), { run: id, signal: "approve" });
  assert.deepEqual((await ended(engine.client, id)).output, { ok: true });
  const again = await send(`/api/runs/${id}/signal/approve`, {
    method: "POST",
    headers: json,
    body: '{"ok": true}',
  });
  assert.deepEqual(await codeOf(again), [409, "run_ended"]);
});

test("a signal that comes before its wait is kept, and one key sends it once", async () => {
  const id = await start("late");
  await until(engine.client, id, (run) => run.steps.some((step) => step.phase === "wait"));
  const signal = { body: '{"n": 1}', idempotencyKey: "k1" };
  await engine.client.sendSignal(id, "second", signal);
  await engine.client.sendSignal(id, "second", { ...signal, body: '{ "n": 1 }' });
  const other = engine.client.sendSignal(id, "second", { ...signal, body: '{"n": 2}' });
  await assert.rejects(other, { code: "idempotency_conflict" });
  assert.deepEqual((await engine.client.getRun(id)).early_signals, ["second"]);
  await engine.client.sendSignal(id, "first", { body: null });
  const run = await ended(engine.client, id);
  assert.deepEqual([run.status, run.output, run.early_signals], ["completed", { n: 1 }, []]);
  const received = (await allEvents(engine.client, id)).filter((event) => event.type === "signal.received");
  assert.equal(received.length, 2);
});

test("a signal that ended its run was taken, however often it is sent again under its key", async () => {
  const id = await start("approval");
  const signal = { body: '{"ok": true}', idempotencyKey: "k1" };
  await engine.client.sendSignal(id, "approve", signal);
  assert.equal((await ended(engine.client, id)).status, "completed");
  await engine.client.sendSignal(id, "approve", signal);
  const refused = (sent: typeof signal) => engine.client.sendSignal(id, "approve", sent);
  await assert.rejects(refused({ ...signal, body: '{"ok": false}' }), { code: "idempotency_conflict" });
  await assert.rejects(refused({ ...signal, idempotencyKey: "k2" }), { code: "run_ended" });
});

test("a callback shows what is asked, and looking answers nothing", async () => {
  const id = await start("callback", '{"n": 7}');
  const waiting = await until(engine.client, id, (run) => run.steps[0]?.phase === "wait");
  const url = String(service.of("/ask").at(-1)?.body["answer"]);
  assert.ok(url.startsWith(`${engine.url}/callbacks/`));
  const { seq } = waiting;
  const shown = (await (await fetch(url)).json()) as {
    status: string;
    show: unknown;
    until: string;
  };
  assert.deepEqual([shown.status, shown.show], ["waiting", { title: "Order 7", data: 8 }]);
  assert.equal(shown.until, waiting.steps[0]?.waits_until);
  assert.equal((await fetch(url, { method: "HEAD" })).status, 200);
  assert.equal((await engine.client.getRun(id)).seq, seq);

  const answer = (body: string, key: string, to = url) =>
    fetch(to, { method: "POST", headers: { ...json, "idempotency-key": key }, body });
  assert.deepEqual(await codeOf(await answer("{}", "a")), [422, "schema_mismatch"]);
  assert.deepEqual(await codeOf(await answer("{", "a")), [400, "invalid_json"]);
  const other = `${url.slice(0, -1)}${url.endsWith("0") ? "1" : "0"}`;
  assert.deepEqual(await codeOf(await answer('{"ok": true}', "a", other)), [404, "callback_unknown"]);
  assert.deepEqual(await codeOf(await fetch(other)), [404, "callback_unknown"]);

  assert.equal((await answer('{"ok": true}', "a")).status, 202);
  const run = await ended(engine.client, id);
  assert.deepEqual([run.status, run.output], ["completed", { ok: true }]);
  assert.equal((await answer('{"ok": true}', "a")).status, 202, "the same key is harmless");
  assert.deepEqual(await codeOf(await answer('{"ok": true}', "b")), [410, "wait_over"]);
  const over = (await (await fetch(url)).json()) as { status: string; at: string };
  assert.equal(over.status, "answered");
  assert.ok(over.at <= String(run.ended_at));
});

test("an answer after the wait's own time is refused with 410", async () => {
  const id = await start("hasty");
  await ended(engine.client, id);
  const url = String(service.of("/hasty").at(-1)?.body["answer"]);
  const late = await fetch(url, { method: "POST", headers: json, body: "{}" });
  assert.deepEqual(await codeOf(late), [410, "wait_over"]);
});

test("signals want a session, callbacks do not", async () => {
  const id = await start("approval");
  const answer = await fetch(`${engine.url}/api/runs/${id}/signal/approve`, { method: "POST" });
  assert.deepEqual(await codeOf(answer), [401, "unauthenticated"]);
  assert.equal((await fetch(`${engine.url}/callbacks/nothing`)).status, 404);
  const put = await fetch(`${engine.url}/callbacks/nothing`, { method: "PUT" });
  assert.deepEqual([put.status, put.headers.get("allow")], [405, "GET, POST, HEAD, OPTIONS"]);
  await engine.client.cancelRun(id, false);
});
