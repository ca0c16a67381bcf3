// Schedules beside each other.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
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

function put(name: string, body: string) {
  const text = `name: ${name}
version: 1
triggers: [{type: cron, schedule: "* * * * * *", body: ${body}}]
steps: {a: {value: 1}}`;
  return engine.client.putWorkflow(name, text, "yaml");
}

/** As soon as the engine has written it. */
async function written(words: string): Promise<void> {
  for (let tries = 0; !engine.output().includes(words); tries++) {
    assert.ok(tries < 60, engine.output());
    await new Promise((resolve) => engine.child.stderr?.once("data", resolve));
  }
}

test("a schedule whose body takes long holds up no other", async () => {
  await put("endless", '{lang: lua, expr: "while true do end"}');
  await put("quick", "1");
  await written("evaluation_timeout");
  const { runs } = await engine.client.listRuns({ workflow: "quick" });
  assert.ok(runs.length >= 3, `${runs.length} runs in the seconds that the other took`);
});
