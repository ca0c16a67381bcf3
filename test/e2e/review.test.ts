// Runs looked at beside their way: waits, expressions, previews of reruns, exports.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-review-"));
let engine: EngineUnderTest;
let run: string;

const document = `name: shown
version: 1
triggers: [{type: http}]
labels: {who: "{{ trigger.body.who }}"}
steps:
  first: {value: "hello {{ trigger.body.who }}"}
  ask: {after: [first], wait: {signal: go, timeout: 1h, schema: {type: object, required: [ok]}}}
  last: {after: [ask], value: "{{ steps.first.output }}"}
`;

before(async () => {
  engine = await startDev(home);
  await engine.client.putWorkflow("shown", document, "yaml");
  ({ run } = await engine.client.startRun("shown", { body: '{"who": "canary"}' }));
  await until(engine.client, run, ({ status }) => status === "waiting");
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

async function ask(method: string, path: string, body?: unknown) {
  const answer = await fetch(`${engine.url}${path}`, {
    method,
    headers: { "dispatched-session": engine.token, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}

test("what is waited for is listed with its run, until it has come", async () => {
  const { waits } = JSON.parse((await ask("GET", "/api/waits?workflow=shown")).text);
  assert.deepEqual(
    [waits.length, waits[0].run.id, waits[0].run.doing, waits[0].waits[0].step, waits[0].waits[0].names],
    [1, run, ["signal"], "ask", ["go"]],
  );
  assert.ok(Date.parse(waits[0].waits[0].until) > Date.now());
  assert.deepEqual(waits[0].waits[0].schema, { type: "object", required: ["ok"] });
  assert.deepEqual(JSON.parse((await ask("GET", "/api/waits?workflow=other")).text).waits, []);
});

test("an expression of each language is tried on a run, and leaves no trace in it", async () => {
  const { seq } = await engine.client.getRun(run);
  const evaluate = (body: unknown) => ask("POST", `/api/runs/${run}/evaluate`, body);
  for (const body of [
    { expression: "steps.first.output" },
    { expression: "return steps.first.output", lang: "lua" },
    { expression: "$.steps.first.output", lang: "jsonpath" },
  ]) {
    assert.deepEqual(await evaluate(body), { status: 200, text: '{"value":"hello canary"}' });
  }
  for (const body of [
    { expression: "steps..x" },
    { expression: "secrets.KEY" },
    { expression: "error()", lang: "lua" },
  ]) {
    const { status, text } = await evaluate(body);
    assert.deepEqual([status, JSON.parse(text).code], [422, "expression_failed"], text);
  }
  assert.equal((await engine.client.getRun(run)).seq, seq);
});

test("a rerun is told before anything of it happens", async () => {
  const before = await ask("POST", `/api/runs/${run}/rerun?preview=true`, {});
  assert.deepEqual([before.status, JSON.parse(before.text).code], [409, "run_not_ended"]);
  await engine.client.sendSignal(run, "go", { body: '{"ok": true}' });
  await until(engine.client, run, ({ status }) => status === "completed");
  const { status, text } = await ask("POST", `/api/runs/${run}/rerun?preview=true`, { from: ["ask"] });
  const told = JSON.parse(text);
  assert.deepEqual([status, told.kept, told.version], [200, ["first"], 1]);
  assert.deepEqual(
    told.again.map(({ step }: { step: string }) => step),
    ["ask", "last"],
  );
  assert.ok(told.again.every(({ items }: { items: unknown }) => items === null));
  assert.equal((await engine.client.listRuns({})).runs.length, 1);
});

test("a record is exported without its values, unless they are asked for", async () => {
  const bare = await ask("GET", `/api/runs/${run}/export`);
  assert.equal(bare.status, 200);
  assert.doesNotMatch(bare.text, /canary|hello/);
  const record = JSON.parse(bare.text);
  const { seq } = await engine.client.getRun(run);
  assert.deepEqual([record.redacted, record.events.length, record.run.status], [true, seq, "completed"]);
  const whole = await ask("GET", `/api/runs/${run}/export?redacted=false`);
  assert.deepEqual(JSON.parse(whole.text).run.output, { last: "hello canary" });
  assert.equal(JSON.parse(whole.text).workflow.text, document);
});
