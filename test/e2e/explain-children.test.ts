// What `explain` says of a run whose children failed, wait, or could not be started.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ClientError } from "../../src/client/client-error.ts";
import { ScriptedService } from "../process/scripted-service.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { ended, until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-explain-"));
const service = new ScriptedService();
let engine: EngineUnderTest;
let address: string;

before(async () => {
  address = await service.start();
  engine = await startDev(home);
  await put("gate", 1, `steps: {open: {wait: {signal: open}}, then: {after: [open], ${call("/then")}}}`);
  await put("plain", 1, `steps: {a: {${call("/a")}}, b: {after: [a], ${call("/b")}}}`);
  await put("outer", 1, `steps: {inner: {workflow: {name: plain}}}`);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.stop();
  rmSync(home, { recursive: true, force: true });
});

function call(path: string): string {
  return `request: {method: POST, url: "${address}${path}"}`;
}

function put(name: string, version: number, rest: string) {
  const head = `name: ${name}\nversion: ${version}\ntriggers: [{type: http}]\n`;
  return engine.client.putWorkflow(name, head + rest, "yaml");
}

async function start(workflow: string, body: string | null = null): Promise<string> {
  return (await engine.client.startRun(workflow, { body })).run;
}

function refused(code: string, status: number) {
  return (error: unknown) => error instanceof ClientError && error.code === code && error.status === status;
}

test("explain follows the cause into the child", async () => {
  service.scripts.set("/b", () => [500, { error: "no" }]);
  const id = await start("outer");
  const run = await ended(engine.client, id);
  assert.equal(run.status, "failed");
  const told = await engine.client.explain(id);
  assert.equal(told.child, run.steps[0]?.child);
  assert.equal(told.inner?.run, told.child);
  assert.equal(told.inner?.failure?.step, "b");
  const child = await engine.client.getRun(String(told.child));
  assert.deepEqual(child.parent, { run: id, item: null });
  await assert.rejects(engine.client.retry(child.id), refused("run_is_child", 409));
});

test("explain of a run whose child waits tells what the child waits for, and what a child has undone", async () => {
  await put("outside", 1, "steps: {inner: {workflow: {name: gate}}}");
  const id = await start("outside", null);
  await until(engine.client, id, ({ steps }) => steps[0]?.child !== null);
  await until(engine.client, id, ({ status }) => status === "waiting");
  const inner = String((await engine.client.getRun(id)).steps[0]?.child);
  await until(engine.client, inner, ({ status }) => status === "waiting");
  const told = await engine.client.explain(id);
  assert.equal(told.next.text, `dispatched runs signal ${told.child} open`);
  await assert.rejects(engine.client.sendSignal(id, "open", { body: null }), (error) => {
    assert.ok(error instanceof ClientError && error.code === "signal_unknown");
    assert.match(
      error.problem?.hint ?? "",
      new RegExp(`where a child of it waits, \`dispatched explain ${id}\``),
    );
    return true;
  });
  assert.equal(told.inner?.run, told.child);
  await engine.client.pauseRun(String(told.child));
  assert.equal((await engine.client.explain(id)).next.text, `dispatched runs resume ${told.child}`);
  await engine.client.resumeRun(String(told.child));
  await engine.client.sendSignal(String(told.child), "open", { body: null });
  await ended(engine.client, id);
  assert.equal((await engine.client.explain(id)).child, null);
});

test("explain goes through the item of a strategy to the attempt in its child, and its rerun does what it says", async () => {
  await put(
    "fleet",
    1,
    `steps: {each: {workflow: {name: outer}, strategy: {type: fan_out, over: [0, 1, 2], concurrency: 1}}}`,
  );
  const statuses = [200, 500];
  service.scripts.set("/b", () => [statuses.shift() ?? 200, {}]);
  const id = await start("fleet");
  assert.equal((await ended(engine.client, id)).status, "failed");
  const told = await engine.client.explain(id);
  assert.match(told.verdict, /^failed at each\[1\] after .* · compensation complete$/);
  assert.deepEqual([told.failure?.step, told.failure?.item, told.failure?.code], ["each", 1, "child_failed"]);
  assert.equal(told.consequence, "undone: each (1 item); each: 1 of 3 items succeeded, 1 did not begin");
  const middle = told.inner;
  assert.deepEqual((await engine.client.getRun(String(told.child))).parent, { run: id, item: 1 });
  assert.deepEqual([middle?.run, middle?.failure?.step], [told.child, "inner"]);
  const { failure, next } = middle?.inner ?? {};
  assert.deepEqual(
    [failure?.step, failure?.attempt, failure?.request, failure?.status],
    ["b", 1, `POST ${address}/b`, 500],
  );
  // A child completed and undid itself, so that its item runs again, too: the whole step does.
  assert.deepEqual(
    [told.next.text, middle?.next, next],
    [`dispatched runs rerun ${id}`, told.next, told.next],
  );
  const alone = await engine.client.explain(String(middle?.child));
  assert.equal(alone.next.text, told.next.text, "a child goes again with its root");

  const answers = [204, 500, 204];
  service.scripts.set("/item", () => [answers.shift() ?? 200, {}]);
  await put(
    "list",
    1,
    `steps: {each: {${call("/item")}, strategy: {type: fan_out, over: [0, 1, 2], concurrency: 1}}}`,
  );
  const list = await start("list");
  await ended(engine.client, list);
  const { next: again } = await engine.client.explain(list);
  const from = /^dispatched runs rerun (run_\w+) --from '(each\[1\])'$/.exec(again.text);
  assert.equal(from?.[1], list, again.text);
  const rerun = await engine.client.rerun(list, { from: [String(from?.[2])] });
  assert.equal((await ended(engine.client, rerun.run)).status, "completed");
  assert.equal(service.of("/item").length, 4, "the item that succeeded is not called again");
});

test("explain tells of a child that could not be started, and of the child whose document is to be corrected", async () => {
  await put("orphan", 1, `steps: {child: {workflow: {name: nowhere}}}`);
  const id = await start("orphan");
  await ended(engine.client, id);
  const told = await engine.client.explain(id);
  assert.deepEqual([told.failure?.code, told.child, told.inner], ["workflow_not_found", null, null]);
  assert.equal(
    told.next.text,
    `put nowhere (dispatched workflow put FILE), then dispatched runs rerun ${id}; or put a corrected version of orphan, then dispatched runs rerun ${id} --version N`,
  );
  await put("wrong", 1, `steps: {a: {value: "x {{ trigger.body.none }}"}}`);
  await put("over-wrong", 1, `steps: {child: {workflow: {name: wrong}}}`);
  const over = await start("over-wrong");
  await ended(engine.client, over);
  const { next, inner } = await engine.client.explain(over);
  assert.deepEqual(next, {
    action: "fix",
    text: `put a corrected version of wrong, then dispatched runs rerun ${over}`,
    note: null,
  });
  assert.deepEqual(inner?.next, next);
});
