// The record of a run with values: every body that stands apart is told in its place, whatever event or step holds it.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startCommand } from "../process/run-command.ts";
import { ScriptedService } from "../process/scripted-service.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { allEvents, ended, until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-whole-record-"));
const service = new ScriptedService();
let engine: EngineUnderTest;
let address: string;

interface Apart {
  readonly pointer: string;
  readonly body: number;
}

const large = (what: string) => `${what} ${"x".repeat(80_000)}`;

async function put(name: string, rest: string): Promise<void> {
  const text = `name: ${name}\nversion: 1\n${rest}\n`;
  await engine.client.putWorkflow(name, text, "yaml");
}

async function start(name: string): Promise<string> {
  return (await engine.client.startRun(name, { body: JSON.stringify(large("given")) })).run;
}

function valueAt(holder: unknown, pointer: string): unknown {
  const names = pointer.slice(1).split("/");
  return names.reduce((inner, name) => (inner as Readonly<Record<string, unknown>>)[name], holder);
}

/** Types of the events of which a body stands apart, when each is in its place in the record. */
async function typesTold(run: string): Promise<readonly string[]> {
  const record = JSON.parse(JSON.stringify(await engine.client.exportRun(run, false))) as {
    readonly run: unknown;
    readonly events: readonly { readonly data: object }[];
  };
  const holds = async (holder: unknown, stored: readonly Apart[], what: string) => {
    for (const { pointer, body } of stored)
      assert.deepEqual(
        valueAt(holder, pointer),
        await engine.client.getRunBody(run, body),
        `${what}${pointer}`,
      );
  };
  await holds(record.run, (await engine.client.getRun(run)).stored, "run ");
  const events = await allEvents(engine.client, run);
  assert.equal(record.events.length, events.length);
  const types: string[] = [];
  for (const [place, { type, data }] of events.entries()) {
    const { stored, ...rest } = data as { readonly stored?: readonly Apart[] };
    const told = record.events[place]?.data ?? {};
    assert.deepEqual(Object.keys(told).sort(), Object.keys(rest).sort());
    if (stored === undefined) continue;
    types.push(type);
    await holds(told, stored, `${type} `);
  }
  return types;
}

function includesAll(types: readonly string[], wanted: readonly string[]): void {
  assert.deepEqual(
    wanted.filter((type) => !types.includes(type)),
    [],
  );
}

before(async () => {
  address = await service.start();
  for (const path of ["/a", "/undo", "/back"]) service.scripts.set(path, () => [200, large(path)]);
  service.scripts.set("/refuse", () => [422, large("refused")]);
  service.scripts.set("/busy", () => [service.of("/busy").length === 1 ? 503 : 200, large("busy")]);
  service.scripts.set("/job", () => [service.of("/job").length === 1 ? 202 : 200, large("job")]);
  engine = await startDev(home);
  await put(
    "inner",
    `triggers: []\nsteps: {a: {value: "{{ trigger.body }}"}}\noutput: "{{ steps.a.output }}"`,
  );
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  await service.stop();
  rmSync(home, { recursive: true, force: true });
});

test("of a run that completes: what it was given, sent, answered, and gave", async () => {
  const call = (path: string) =>
    `request: {method: POST, url: "${address}${path}", body: "{{ trigger.body }}"}`;
  await put(
    "whole",
    `triggers: [{type: http, respond: {body: "{{ trigger.body }}"}}]
steps:
  child: {workflow: {name: inner, body: "{{ trigger.body }}"}}
  busy: {${call("/busy")}, retry: {max: 1, delay: 10ms}}
  job: {${call("/job")}, response: {poll: {while: steps.job.response.status == 202, every: 1s}}}
  note: {wait: {signal: note}}
  back: {after: [note], request: {method: POST, url: "${address}/back", body: {to: "{{ callback.url }}"}}, wait: {}}
  heard: {after: [back], wait: {event: large}}
output: "{{ steps.heard.output }}"`,
  );
  const run = await start("whole");
  const waits = (step: string) =>
    until(engine.client, run, ({ steps }) => steps.find(({ id }) => id === step)?.phase === "wait");
  await waits("note");
  await engine.client.sendSignal(run, "note", { body: JSON.stringify(large("noted")) });
  await waits("back");
  const to = String(service.of("/back").at(-1)?.body["to"]);
  const headers = { "content-type": "application/json" };
  assert.equal((await fetch(to, { method: "POST", headers, body: '"back"' })).status, 202);
  await waits("heard");
  const event = { specversion: "1.0", type: "large", source: "test", id: "1", data: large("heard") };
  await engine.client.putEvent(JSON.stringify(event));
  assert.equal((await ended(engine.client, run)).status, "completed");
  includesAll(await typesTold(run), [
    ...["run.created", "run.responded", "child.started", "step.started", "step.retrying", "step.succeeded"],
    ...["step.polled", "wait.started", "signal.received", "run.completed"],
  ]);
  const said = await startCommand(home, ["runs", "export", run, "--values"]).done;
  assert.equal(said.code, 0, said.err);
  assert.ok(said.out.includes(large("heard")));
});

test("of a run that fails and is undone, and of one that goes again", async () => {
  const call = (path: string) =>
    `request: {method: POST, url: "${address}${path}", body: "{{ trigger.body }}"}`;
  await put(
    "undone",
    `triggers: [{type: http}]
steps:
  a: {${call("/a")}, compensate: {${call("/undo")}}}
  bad: {after: [a], ${call("/refuse")}}`,
  );
  const undone = await start("undone");
  assert.equal((await ended(engine.client, undone)).status, "failed");
  includesAll(await typesTold(undone), [
    ...["step.failed", "run.ending", "compensation.started", "compensation.succeeded"],
  ]);
  await put(
    "again",
    `triggers: [{type: http}]
steps:
  a: {${call("/a")}}
  each: {strategy: {type: fan_out, over: ["a", "refuse"], on_error: continue}, request: {method: POST, url: "${address}/{{ item }}", body: "{{ trigger.body }}"}}`,
  );
  const first = await start("again");
  await ended(engine.client, first);
  includesAll(await typesTold(first), ["item.started", "item.succeeded", "item.failed"]);
  const { run } = await engine.client.rerun(first, { from: ["each[1]"] });
  await ended(engine.client, run);
  includesAll(await typesTold(run), ["step.carried", "item.carried"]);
});
