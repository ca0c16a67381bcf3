// Runs that ended badly, in groups: by the engine as a process, over its API and its commands.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runCommand } from "../process/run-command.ts";
import { ScriptedService } from "../process/scripted-service.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { ended } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-failures-"));
const service = new ScriptedService();
let engine: EngineUnderTest;
let address = "";

const order = (address: string, version: number) => `name: order
version: ${version}
triggers: [{type: http}]
labels: {who: "{{ trigger.body.who }}"}
timeout: 1h
steps:
  charge:
    request: {method: POST, url: "${address}/{{ trigger.body.charge }}"}
    compensate: {request: {method: POST, url: "${address}/{{ trigger.body.undo }}"}, retry: {max: 0}}
  ship: {after: [charge], request: {method: POST, url: "${address}/{{ trigger.body.ship }}"}}
  ask: {after: [ship], wait: {signal: go}}
`;

before(async () => {
  address = await service.start();
  for (const status of [409, 422]) service.scripts.set(`/${status}`, () => [status, { who: "canary" }]);
  engine = await startDev(home);
  for (const version of [1, 2]) await engine.client.putWorkflow("order", order(address, version), "yaml");
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.stop();
  rmSync(home, { recursive: true, force: true });
});

async function start(body: Readonly<Record<string, string>>, version = "2"): Promise<string> {
  const all = { who: "ann", charge: "ok", ship: "ok", undo: "ok", ...body };
  return (await engine.client.startRun("order", { body: JSON.stringify(all), version })).run;
}

async function play(body: Readonly<Record<string, string>>, version = "2"): Promise<string> {
  const run = await start(body, version);
  await ended(engine.client, run);
  return run;
}

async function told(query: Readonly<Record<string, string>> = {}) {
  const { failures } = await engine.client.listFailures(query);
  return failures.map(({ step, undo, code, status, count, versions }) => [
    step,
    undo,
    code,
    status,
    count,
    versions,
  ]);
}

test("runs that failed alike are one group, whatever else they are", async () => {
  assert.deepEqual(await told(), []);
  const first = await play({ charge: "409" }, "1");
  await play({ charge: "422" });
  const last = await play({ charge: "409", who: "bob" });
  await play({ ship: "409" });
  // Cancelled, and its charge could not be undone.
  const stuck = await start({ undo: "422" });
  await engine.client.listEvents(stuck, 0, 1);
  while ((await engine.client.getRun(stuck)).status !== "waiting")
    await engine.client.listEvents(stuck, 4, 1);
  await engine.client.cancelRun(stuck, true);
  await ended(engine.client, stuck);
  assert.deepEqual(await told(), [
    ["charge", true, "http_422", 422, 1, [2]],
    ["ship", false, "http_409", 409, 1, [2]],
    ["charge", false, "http_409", 409, 2, [1, 2]],
    ["charge", false, "http_422", 422, 1, [2]],
  ]);
  assert.deepEqual((await told({ limit: "1" })).length, 1);
  assert.deepEqual(await told({ workflow: "other" }), []);
  assert.equal((await told({ from: "2026-01-01", to: "2100-01-01" })).length, 4);
  assert.deepEqual(await told({ to: "2000-01-01" }), []);
  const { failures } = await engine.client.listFailures({ workflow: "order" });
  const group = failures[2];
  assert.deepEqual(
    group?.samples.map(({ id }) => id),
    [last, first],
  );
  assert.equal(group?.samples[0]?.fingerprint, group?.fingerprint);
  assert.match(String(group?.fingerprint), /^[0-9a-f]{32}$/);
});

test("a group's runs are listed and run again by its fingerprint", async () => {
  const { failures } = await engine.client.listFailures();
  const { fingerprint = "", samples = [] } = failures[2] ?? {};
  const listed = await engine.client.listRuns({ fingerprint, limit: "1" });
  assert.deepEqual(
    listed.runs.map(({ id }) => id),
    [samples[0]?.id],
  );
  const next = await engine.client.listRuns({ fingerprint, limit: "1", cursor: String(listed.next) });
  assert.deepEqual([next.runs.map(({ id }) => id), next.next], [[samples[1]?.id], null]);
  assert.equal((await engine.client.listRuns({ fingerprint, label: "who=bob" })).runs.length, 1);
  assert.deepEqual((await engine.client.listRuns({ fingerprint, status: "completed" })).runs, []);
  assert.deepEqual((await engine.client.listRuns({ fingerprint: "0".repeat(32) })).runs, []);
  await assert.rejects(engine.client.listRuns({ fingerprint: "canary" }), /fingerprint/);
  const { code, out } = await runCommand(home, [
    "runs",
    "bulk",
    "rerun",
    "--fingerprint",
    fingerprint,
    "--yes",
  ]);
  assert.deepEqual([code, out.includes("2 of 2")], [0, true], out);
  const shown = await runCommand(home, ["runs", "failures"]);
  assert.match(shown.out, /order v2\s+undo of charge: http_422 422/);
});

test("how runs ended is counted by workflow, with the latest of them", async () => {
  const { runs } = await engine.client.listRuns({ workflow: "order" });
  for (const { id } of runs) await ended(engine.client, id);
  const { workflows } = await engine.client.listWorkflows();
  const stats = workflows.find(({ name }) => name === "order")?.stats;
  assert.deepEqual(stats?.outcomes, { completed: 0, failed: 6, cancelled: 1, timed_out: 0 });
  assert.equal(stats?.recent.length, 7);
  const whole = await engine.client.workflowStats("order", { hours: 2, recent: 3 });
  assert.deepEqual([whole.hours.length, whole.recent.length, whole.active], [2, 3, 0]);
  assert.deepEqual(whole.recent, stats?.recent.slice(0, 3));
  assert.ok((whole.median_ms ?? -1) >= 0 && (whole.p95_ms ?? -1) >= (whole.median_ms ?? 0));
  const hours = whole.hours.map(({ failed }) => failed).reduce((sum, count) => sum + count, 0);
  assert.equal(hours, whole.outcomes.failed);
  await assert.rejects(engine.client.workflowStats("none"), /none/);
  const shown = await runCommand(home, ["workflow", "stats", "order"]);
  assert.match(shown.out, /failed +6\n/);
});

test("the groups are followed: what ended badly, and what is undone once more", async () => {
  const stop = new AbortController();
  const changes = engine.client.followFailures({ workflow: "order" }, { signal: stop.signal });
  const next = async () => (await changes.next()).value;
  assert.deepEqual(await next(), { type: "reset" });
  await start({});
  const run = await play({ charge: "409" });
  const { fingerprint } = (await engine.client.listRuns({ limit: "1" })).runs[0] ?? {};
  assert.deepEqual(await next(), { type: "failure", run, fingerprint });
  const stuck = await play({ ship: "409", undo: "422" });
  // While it is undone it may be told without a fingerprint: which moments are seen is a matter of time.
  const toldOf = async (told: RegExp) => {
    for (let seen = ""; !told.test(seen); ) {
      seen = JSON.stringify(await next());
      assert.ok(seen.includes(stuck), seen);
    }
  };
  await toldOf(/"fingerprint":"[0-9a-f]{32}"/);
  await engine.client.command(stuck, "compensate");
  await toldOf(/"fingerprint"/);
  stop.abort();
  await changes.return(undefined);
  const other = engine.client.followFailures({ workflow: "none" }, { signal: AbortSignal.timeout(20_000) });
  assert.deepEqual((await other.next()).value, { type: "reset" });
  await play({ charge: "422" });
  const last = other.next();
  await engine.client.putWorkflow("none", order(address, 1).replace("order", "none"), "yaml");
  const body = JSON.stringify({ who: "ann", charge: "409", ship: "ok", undo: "ok" });
  const { run: failed } = await engine.client.startRun("none", { body });
  assert.match(JSON.stringify((await last).value), new RegExp(failed));
  await other.return(undefined);
});

test("what is stored of a failure is a keyed hash: no name and no code of it is there in clear", async () => {
  const database = readFileSync(join(home, "data", "dispatched.db"));
  const log = readFileSync(join(home, "data", "dispatched.db-wal"));
  for (const text of ["http_409", "charge", "canary"]) {
    assert.ok(!database.includes(text) && !log.includes(text), text);
  }
});
