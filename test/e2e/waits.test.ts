// What is waited for: listed, awaited and followed, by the engine as a process.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { WaitChange } from "../../src/client/index.ts";
import { ScriptedService } from "../process/scripted-service.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { ended, until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-waits-"));
const service = new ScriptedService();
let engine: EngineUnderTest;

async function put(name: string, steps: string): Promise<void> {
  const text = `name: ${name}\nversion: 1\ntriggers: [{type: http}]\n${steps}`;
  await engine.client.putWorkflow(name, text, "yaml");
}

async function start(name: string): Promise<string> {
  const { run } = await engine.client.startRun(name, { body: null });
  await until(engine.client, run, ({ status }) => status === "waiting");
  return run;
}

before(async () => {
  const address = await service.start();
  service.scripts.set("/job", () => [200, { state: "busy" }]);
  engine = await startDev(home);
  const schema = "{type: object, required: [ok]}";
  await put("approval", `steps: {ask: {wait: {any: [go_on, stop], timeout: 1h, schema: ${schema}}}}`);
  await put("sleeps", "steps: {rest: {sleep: 2h}}");
  await put("hears", "steps: {hear: {wait: {event: paid}}}");
  await put(
    "polls",
    `steps: {job: {request: {method: GET, url: "${address}/job"}, response: {poll: {while: 'steps.job.response.body.state == "busy"', every: 1h, max: 3h}}}}`,
  );
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.stop();
  rmSync(home, { recursive: true, force: true });
});

const waits = async (query = {}) => (await engine.client.listWaits(query)).waits;
const told = async (query = {}) =>
  (await waits(query)).flatMap(({ run, waits: open }) =>
    open.map(({ step, kind }) => [run.workflow, step, kind]),
  );

test("everything that is waited for is listed, the oldest run first", async () => {
  assert.deepEqual(await told(), []);
  for (const name of ["sleeps", "approval", "polls", "hears"]) await start(name);
  assert.deepEqual(await told(), [
    ["sleeps", "rest", "timer"],
    ["approval", "ask", "signal"],
    ["polls", "job", "poll"],
    ["hears", "hear", "event"],
  ]);
  assert.deepEqual(await told({ people: "true" }), [["approval", "ask", "signal"]]);
  assert.deepEqual(await told({ people: "true", kind: "timer" }), []);
  assert.deepEqual((await told({ kind: "poll,event" })).length, 2);
  assert.deepEqual((await told({ workflow: "sleeps" })).length, 1);
  const first = await engine.client.listWaits({ limit: "3" });
  assert.equal(first.waits.length, 3);
  assert.deepEqual(await told({ cursor: String(first.next) }), [["hears", "hear", "event"]]);
  await assert.rejects(engine.client.listWaits({ kind: "none" }), /kind/);
});

test("a wait tells its deadline, what comes next by itself and what it takes", async () => {
  const [timer, signal, poll] = (await waits()).map((row) => row.waits[0]);
  const hours = (time: string | null | undefined) =>
    Math.round((Date.parse(String(time)) - Date.now()) / 3_600_000);
  assert.deepEqual([hours(timer?.until), timer?.at], [2, timer?.until]);
  assert.deepEqual(
    [signal?.names, signal?.mode, signal?.at, hours(signal?.until)],
    [["go_on", "stop"], "any", null, 1],
  );
  assert.deepEqual(signal?.schema, { type: "object", required: ["ok"] });
  assert.deepEqual([hours(poll?.at), hours(poll?.until), poll?.schema], [1, 3, null]);
});

test("who waits for the first wait is answered when it comes", async () => {
  await put("late", "steps: {ask: {wait: {signal: go}}}");
  const found = waits({ workflow: "late", wait: "60" });
  const run = await start("late");
  assert.deepEqual(
    (await found).map((row) => row.run.id),
    [run],
  );
  assert.deepEqual(await told({ workflow: "other", wait: "0" }), []);
});

test("waits are followed: what begins to wait, and once what does so no more", async () => {
  await put("seen", "steps: {ask: {wait: {signal: go}}, rest: {after: [ask], value: 1}}");
  const stop = new AbortController();
  const changes: WaitChange[] = [];
  const seen: (() => void)[] = [];
  const reached = (count: number) =>
    new Promise<void>((resolve) => {
      seen.push(() => changes.length >= count && resolve());
      seen.at(-1)?.();
    });
  const following = (async () => {
    const options = { signal: stop.signal };
    for await (const change of engine.client.followWaits({ workflow: "seen", people: "true" }, options)) {
      changes.push(change);
      for (const look of seen) look();
    }
  })();
  await reached(1);
  assert.deepEqual(changes, [{ type: "reset" }]);
  const run = await start("seen");
  await reached(2);
  const row = (index: number) => {
    const change = changes[index];
    return change?.type === "wait" ? [change.row.run.id, change.row.waits.map(({ names }) => names)] : [];
  };
  const begun = changes.findIndex((_, index) => row(index)[1]?.length === 1);
  assert.deepEqual(row(begun), [run, [["go"]]]);
  await engine.client.sendSignal(run, "go", { body: null });
  await ended(engine.client, run);
  while (row(changes.length - 1)[1]?.length !== 0) await reached(changes.length + 1);
  const last = changes.length;
  await engine.client.rerun(run, { from: ["rest"] });
  await reached(last + 1);
  assert.notEqual(row(last)[0], run);
  stop.abort();
  await following;
});
