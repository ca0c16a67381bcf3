// A commit that fails in a way that says nothing ends the process; the next one reads what is on the disk and goes on.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ScriptedService } from "../process/scripted-service.ts";
import { startDev, startEngine } from "../process/start-engine.ts";
import { ended } from "../process/until.ts";

test("the process ends by itself, and every run goes on after a restart", { timeout: 60_000 }, async (t) => {
  const home = mkdtempSync(join(tmpdir(), "dispatched-unknown-commit-"));
  const service = new ScriptedService();
  const address = await service.start();
  const first = await startEngine(home, ["--crash", "unknown_commit:6"]);
  t.after(() => {
    first.child.kill("SIGKILL");
    service.stop();
  });
  const document = `name: w
version: 1
triggers: [{type: http}]
steps:
  a: {request: {method: POST, url: "${address}/a"}}
  b: {request: {method: POST, url: "${address}/b"}, after: [a]}
  c: {request: {method: POST, url: "${address}/c"}, after: [b]}`;
  await first.client.putWorkflow("w", document, "yaml");
  const runs: string[] = [];
  for (let index = 0; index < 4; index++) {
    const started = await first.client.startRun("w", { body: null }).catch(() => null);
    if (started !== null) runs.push(started.run);
  }
  await first.ended;
  assert.equal(first.child.exitCode, 1, first.output());
  assert.match(first.output(), /store\.lost/);

  const second = await startDev(home);
  t.after(() => second.child.kill("SIGKILL"));
  assert.ok(runs.length > 0);
  for (const run of runs) assert.equal((await ended(second.client, run)).status, "completed");
  second.child.kill("SIGTERM");
  await second.ended;
  rmSync(home, { recursive: true, force: true });
});
