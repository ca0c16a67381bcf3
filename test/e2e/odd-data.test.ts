// Data at the edges of what is taken: whatever a run has recorded can be read again.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ClientError } from "../../src/client/client-error.ts";
import { runCommands } from "../process/run-command.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { ended, until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-odd-data-"));
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

function put(name: string, rest: string) {
  const head = `name: ${name}\nversion: 1\ntriggers: [{type: http}]\n`;
  return engine.client.putWorkflow(name, head + rest, "yaml");
}

function nested(depth: number): string {
  return "[".repeat(depth) + "]".repeat(depth);
}

test("what is nested as deep as it may be can be read when the run has left memory", async () => {
  await put("echo", `steps: {a: {value: "{{ trigger.body }}"}}\noutput: "{{ steps.a.output }}"`);
  const { run } = await engine.client.startRun("echo", { body: nested(256) });
  assert.equal(JSON.stringify((await ended(engine.client, run)).output), nested(256));
});

test("a signal that is nested as deep as it may be is not the end of its run", async () => {
  await put("gate", "steps: {w: {wait: {signal: go}}, next: {after: [w], value: done}}");
  const { run } = await engine.client.startRun("gate", { body: null });
  await until(engine.client, run, ({ steps }) => steps[0]?.phase === "wait");
  await engine.client.sendSignal(run, "go", { body: nested(256) });
  assert.deepEqual((await ended(engine.client, run)).output, { next: "done" });
});

test("a template that makes a value deeper than that fails its step", async () => {
  await put("wrap", `steps: {a: {value: {x: "{{ trigger.body }}"}}}`);
  const { run } = await engine.client.startRun("wrap", { body: nested(256) });
  const { status, error } = await ended(engine.client, run);
  assert.deepEqual([status, error?.code], ["failed", "json_too_deep"]);
});

test("no signal has a name that is no key of an object", async () => {
  await assert.rejects(put("proto", "steps: {w: {wait: {all: [__proto__, b]}}}"), (error: unknown) => {
    assert.ok(error instanceof ClientError);
    assert.match(JSON.stringify(error.problem), /unsafe_key/);
    return true;
  });
});

test("what a caller wrote into a label colours no terminal, with colours of our own or without", async () => {
  const esc = String.fromCharCode(27);
  await put("labelled", `labels: {who: "{{ trigger.body.who }}"}\nsteps: {a: {value: 1}}`);
  const who = `${esc}[30mblack${esc}[0m${String.fromCharCode(0x9b)}2J`;
  const { run } = await engine.client.startRun("labelled", { body: JSON.stringify({ who }) });
  await ended(engine.client, run);
  const line = ["runs", "get", run];
  const lines = [line, [...line, "--json"]];
  const told = [
    ...(await runCommands(home, lines, { AS_ON_A_TERMINAL: "yes", NO_COLOR: "" })),
    ...(await runCommands(home, lines)),
  ];
  for (const { out } of told) {
    assert.ok(!out.includes(`${esc}[30m`) && !out.includes(String.fromCharCode(0x9b)), out);
    assert.match(out, /\\u001b\[30mblack/);
  }
  assert.ok(told[0]?.out.includes(`${esc}[1m${run}`), "our own colours are there");
  assert.equal(JSON.parse(told[3]?.out ?? "").labels.who, who);
});
