// A run is forgotten when it has been kept for as long as its workflow says.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { ClientError } from "../../src/client/client-error.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { ended } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-retention-"));

async function stop(engine: EngineUnderTest): Promise<void> {
  engine.child.kill("SIGTERM");
  await engine.ended;
}

test("what was kept long enough is gone, with its start key; the rest is there", {
  timeout: 30_000,
}, async () => {
  const before = await startDev(home);
  const put = (name: string, rest: string) =>
    before.client.putWorkflow(name, `name: ${name}\nversion: 1\n${rest}`, "yaml");
  await put("brief", "triggers: [{type: http}]\nretention: 1ms\nsteps: {a: {value: 1}}");
  await put("kept", "triggers: [{type: http}]\nsteps: {a: {value: 1}}");
  await put("root", "triggers: [{type: http}]\nsteps: {a: {workflow: {name: brief}}}");
  const start = (name: string) => before.client.startRun(name, { body: null, idempotencyKey: name });
  const [brief, kept, root] = await Promise.all([start("brief"), start("kept"), start("root")]);
  for (const { run } of [brief, kept, root]) await ended(before.client, run);
  await stop(before);

  const { client, ...after } = await startDev(home);
  const found = () =>
    client.getRun(brief.run).then(
      () => true,
      (error: unknown) => !(error instanceof ClientError && error.code === "run_not_found"),
    );
  while (await found()) await setTimeout(20);
  const listed = (await client.listRuns({})).runs;
  assert.deepEqual(
    listed.map((run) => run.workflow).sort(),
    ["brief", "kept", "root"],
    "a child is kept with its root",
  );
  const again = await client.startRun("brief", { body: null, idempotencyKey: "brief" });
  assert.notEqual(again.run, brief.run);
  await stop({ client, ...after });
  rmSync(home, { recursive: true, force: true });
});
