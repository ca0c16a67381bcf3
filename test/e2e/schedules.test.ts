// Schedules beside each other.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-schedules-"));
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

function put(name: string, body: string, more = "") {
  const text = `name: ${name}
version: 1
triggers: [{type: cron, schedule: "* * * * * *", body: ${body}}]
${more}
steps: {a: {value: 1}}`;
  return engine.client.putWorkflow(name, text, "yaml");
}

test("a schedule whose body takes long holds up no other", async () => {
  await put("endless", '{lang: lua, expr: "while true do end"}');
  await put("quick", "1");
  const failed = async () => (await engine.client.listRuns({ workflow: "endless" })).runs[0];
  for (let tries = 0; (await failed()) === undefined; tries++) {
    assert.ok(tries < 300, engine.output());
    await setTimeout(100);
  }
  const { id, status } = (await failed()) as NonNullable<Awaited<ReturnType<typeof failed>>>;
  assert.equal(status, "failed");
  const told = await engine.client.explain(id);
  assert.match(told.cause ?? "", /^the trigger's body: /);
  assert.equal(told.failure?.code, "evaluation_timeout");
  assert.equal(
    told.next.text,
    `put a corrected version, then dispatched runs rerun ${id} --version N --body @body.json`,
  );
  const { runs } = await engine.client.listRuns({ workflow: "quick" });
  assert.ok(runs.length >= 3, `${runs.length} runs in the seconds that the other took`);
});

test("a due time whose body cannot be made has its failed run also where the key of a place is made of the body", async () => {
  const concurrency = 'concurrency: {key: "of {{ trigger.body.owner }}", limit: 1, on_limit: reject}';
  await put("keyed", '{owner: "a {{ trigger.body.nothing }}"}', concurrency);
  const failed = async () => (await engine.client.listRuns({ workflow: "keyed", status: "failed" })).runs;
  for (let tries = 0; (await failed()).length < 2; tries++) {
    assert.ok(tries < 100, engine.output());
    await setTimeout(100);
  }
  const told = await engine.client.explain((await failed())[0]?.id ?? "");
  assert.match(told.cause ?? "", /^the trigger's body: /);
});
