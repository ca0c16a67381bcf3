// A workflow that is deleted: nothing new starts by it, what is active goes on, and a higher version takes it back.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ClientError } from "../../src/client/client-error.ts";
import { runCommand } from "../process/run-command.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { ended, until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-delete-"));
let engine: EngineUnderTest;

const document = (version: number) => `name: gate
version: ${version}
triggers: [{type: http}, {type: event, event: paid}, {type: cron, schedule: "0 0 1 1 *"}]
steps: {open: {wait: {signal: open}}}
`;

before(async () => {
  engine = await startDev(home);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

const refused = (code: string, status: number) => (error: unknown) =>
  error instanceof ClientError && error.code === code && error.status === status;
const gone = refused("workflow_deleted", 409);

test("nothing starts by a deleted workflow, in whatever way, and what is active goes on", async () => {
  const { client } = engine;
  await client.putWorkflow("gate", document(1), "yaml");
  await client.putWorkflow(
    "outer",
    "name: outer\nversion: 1\ntriggers: [{type: http}]\nsteps: {inner: {workflow: {name: gate}}}",
    "yaml",
  );
  const { run } = await client.startRun("gate", { body: null });
  const { run: past } = await client.startRun("gate", { body: null });
  await until(client, past, ({ status }) => status === "waiting");
  await client.sendSignal(past, "open", { body: null });
  await ended(client, past);
  const hook = await client.createHook("gate");
  const deleted = await client.deleteWorkflow("gate");
  assert.equal(deleted.version, 1);
  assert.deepEqual(await client.deleteWorkflow("gate"), deleted);
  await assert.rejects(client.deleteWorkflow("none"), refused("workflow_not_found", 404));

  await assert.rejects(client.startRun("gate", { body: null }), gone);
  await assert.rejects(client.rerun(past, { from: ["open"] }), gone);
  await assert.rejects(client.createHook("gate"), gone);
  assert.equal((await fetch(hook.url, { method: "POST" })).status, 404);
  const { run: outer } = await client.startRun("outer", { body: null });
  assert.equal((await ended(client, outer)).error?.code, "workflow_deleted");
  assert.deepEqual((await client.listSchedules()).schedules, []);
  await client.putEvent('{"specversion": "1.0", "id": "1", "source": "/a", "type": "paid"}');
  const audit = await client.listAudit();
  assert.ok(audit.entries.some(({ action }) => action === "workflow.deleted"));

  assert.deepEqual(
    (await client.listWorkflows()).workflows.map(({ name }) => name),
    ["outer"],
  );
  assert.equal((await client.getWorkflow("gate")).deleted_at, deleted.deleted_at);
  assert.equal((await client.getRun(past)).status, "completed");
  await client.sendSignal(run, "open", { body: null });
  assert.equal((await ended(client, run)).status, "completed");
  assert.equal((await client.listRuns({ workflow: "gate" })).runs.length, 2);
});

test("it stays so until a version above the highest is put", async () => {
  const { client } = engine;
  await assert.rejects(client.putWorkflow("gate", document(1), "yaml"), gone);
  engine.child.kill("SIGKILL");
  await engine.ended;
  engine = await startDev(home);
  await assert.rejects(engine.client.startRun("gate", { body: null }), gone);
  await engine.client.putWorkflow("gate", document(2), "yaml");
  assert.equal((await engine.client.getWorkflow("gate")).deleted_at, null);
  const { run } = await engine.client.startRun("gate", { body: null });
  await until(engine.client, run, ({ status }) => status === "waiting");
  assert.equal((await engine.client.listSchedules()).schedules.length, 1);
  const said = await runCommand(home, ["workflow", "delete", "gate"]);
  assert.match(said.out, /^gate is deleted: .* version 3 takes it back$/m);
});

test("a run whose child was deleted tells which, and what it tells to do helps", async () => {
  const { client } = engine;
  const child = (version: number) =>
    `name: old-child\nversion: ${version}\ntriggers: [{type: http}]\nsteps: {a: {value: 1}}\n`;
  await client.putWorkflow("old-child", child(3), "yaml");
  await client.putWorkflow(
    "parent",
    "name: parent\nversion: 1\ntriggers: [{type: http}]\nsteps: {sub: {workflow: {name: old-child}}}\n",
    "yaml",
  );
  await client.deleteWorkflow("old-child");
  const { run } = await client.startRun("parent", { body: null });
  assert.equal((await ended(client, run)).status, "failed");
  const { cause, next } = await client.explain(run);
  assert.equal(cause, "old-child was deleted: nothing new starts by it");
  const rerun = `dispatched runs rerun ${run}`;
  assert.deepEqual(next, {
    action: "fix",
    text: `put a version of old-child above its highest (dispatched workflow put FILE), then ${rerun}; or put a corrected version of parent, then ${rerun} --version N`,
    note: null,
  });
  await client.putWorkflow("old-child", child(4), "yaml");
  const again = await client.rerun(run, {});
  assert.equal((await ended(client, again.run)).status, "completed");
});

test("runs that start each other too deep tell which workflow to correct", async () => {
  const { client } = engine;
  const loop = (version: number, step: string) =>
    `name: loop\nversion: ${version}\ntriggers: [{type: http}]\nsteps: {self: {${step}}}\n`;
  await client.putWorkflow("loop", loop(1, "workflow: {name: loop}"), "yaml");
  const { run } = await client.startRun("loop", { body: null });
  assert.equal((await ended(client, run)).status, "failed");
  const { next } = await client.explain(run);
  assert.equal(next.text, `put a corrected version of loop, then dispatched runs rerun ${run}`);
  await client.putWorkflow("loop", loop(2, "value: 1"), "yaml");
  const again = await client.rerun(run, {});
  assert.equal((await ended(client, again.run)).status, "completed");
});
