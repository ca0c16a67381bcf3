// Runs are found by what they are doing, and are not when they have ended.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readEventStream } from "../../src/client/read-event-stream.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-doing-"));
let engine: EngineUnderTest;

const document = `name: both
version: 1
triggers: [{type: http}]
labels: {who: ann}
steps:
  ask: {wait: {signal: go}}
  nap: {sleep: 1h}
`;

before(async () => {
  engine = await startDev(home);
  await engine.client.putWorkflow("both", document, "yaml");
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

async function found(query: Readonly<Record<string, string>>): Promise<readonly string[]> {
  return (await engine.client.listRuns(query)).runs.map(({ id }) => id);
}

test("a run is found by each thing that it does, with other filters, until it has ended", async () => {
  const { run } = await engine.client.startRun("both", { body: null });
  await until(engine.client, run, ({ status }) => status === "waiting");
  for (const doing of ["signal", "timer", "signal,timer", "poll,timer"]) {
    assert.deepEqual(await found({ doing }), [run], doing);
    assert.deepEqual(await found({ doing, workflow: "both", label: "who=ann" }), [run], doing);
    assert.deepEqual(await found({ doing, workflow: "both", status: "waiting" }), [run], doing);
    for (const other of [{ workflow: "none" }, { label: "who=bob" }, { status: "running" }]) {
      assert.deepEqual(await found({ doing, ...other }), [], JSON.stringify(other));
    }
  }
  for (const doing of ["retrying", "event", "callback", "poll", "overdue"]) {
    assert.deepEqual(await found({ doing }), [], doing);
  }
  await engine.client.sendSignal(run, "go", { body: null });
  await until(engine.client, run, ({ steps }) => steps[0]?.status === "succeeded");
  assert.deepEqual([await found({ doing: "signal" }), await found({ doing: "timer" })], [[], [run]]);
  await engine.client.cancelRun(run, true);
  await until(engine.client, run, ({ status }) => status === "cancelled");
  assert.deepEqual(await found({ doing: "signal,timer,poll,retrying,event,callback,overdue" }), []);
});

const asking = `name: asking
version: 1
triggers: [{type: http}]
steps:
  ask: {wait: {signal: go, timeout: 1h}}
`;

async function listed(run: string) {
  const answer = await fetch(`${engine.url}/api/runs?workflow=asking`, {
    headers: { "dispatched-session": engine.token },
  });
  const { runs } = (await answer.json()) as {
    readonly runs: readonly { readonly id: string; readonly now: string; readonly due: unknown }[];
  };
  const { now, due } = runs.find(({ id }) => id === run) ?? {};
  return { now, due };
}

test("a list says what each run is doing, from memory and from the log, and until when", async () => {
  await engine.client.putWorkflow("asking", asking, "yaml");
  const { run } = await engine.client.startRun("asking", { body: null });
  const { steps } = await until(engine.client, run, ({ status }) => status === "waiting");
  const due = { at: steps[0]?.waits_until, what: "ends" };
  assert.deepEqual(await listed(run), { now: "ask · waits for go", due });
  engine.child.kill("SIGTERM");
  await engine.ended;
  engine = await startDev(home);
  assert.deepEqual(await listed(run), { now: "ask · waits for go", due });
  await engine.client.cancelRun(run, true);
  await until(engine.client, run, ({ status }) => status === "cancelled");
  assert.deepEqual(await listed(run), { now: "cancelled", due: null });
});

test("who follows runs that fit is told of one that does not fit any more", async () => {
  const { run } = await engine.client.startRun("asking", { body: null });
  await until(engine.client, run, ({ status }) => status === "waiting");
  const answer = await fetch(`${engine.url}/api/runs?status=waiting`, {
    headers: { "dispatched-session": engine.token, accept: "text/event-stream" },
  });
  const told: string[] = [];
  for await (const { event, data } of readEventStream(answer.body as ReadableStream<Uint8Array>)) {
    if (event === "reset") await engine.client.cancelRun(run, true);
    else told.push(`${event} ${JSON.parse(data).id} ${JSON.parse(data).status}`);
    if (event === "unfit") break;
  }
  assert.equal(told.at(-1), `unfit ${run} cancelled`);
});
