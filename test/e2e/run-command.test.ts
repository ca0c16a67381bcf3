// `dispatched run`: a run that was started is not lost to who started it, whatever breaks behind the start.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { type Fate, standInBetween } from "../process/in-between.ts";
import { runCommand, startCommand } from "../process/run-command.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-run-command-"));
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home);
  const put = (name: string, step: string) =>
    engine.client.putWorkflow(
      name,
      `name: ${name}\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: ${step}}\n`,
      "yaml",
    );
  for (const name of ["cut", "lost", "gone", "behind", "refused"]) await put(name, "{value: 1}");
  await put("long", "{wait: {signal: go}}");
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

/** The variables of a command whose requests meet this. */
async function meeting(t: TestContext, fateOf: (line: string) => Fate) {
  const between = await standInBetween(engine.url, fateOf);
  t.after(() => between.stop());
  return { ...between, env: { DISPATCHED_URL: between.url, DISPATCHED_TOKEN: engine.token } };
}

const runsOf = async (workflow: string) =>
  (await engine.client.listRuns({ workflow })).runs.map(({ id }) => id);
const isRead = (line: string) => line.startsWith("GET /api/runs/");

test("a connection that is cut behind the start is opened again, and the id is told meanwhile", async (t) => {
  for (const options of [[], ["--follow"], ["--json"]]) {
    let cuts = 2;
    const { env, asked } = await meeting(t, (line) => (isRead(line) && cuts-- > 0 ? "cut" : "pass"));
    const { code, out, err } = await runCommand(home, ["run", "cut", ...options], { env });
    assert.equal(code, 0, err);
    const [id] = await runsOf("cut");
    assert.match(options[0] === "--json" ? err : out, new RegExp(`^${id}`));
    assert.match(err, new RegExp(`nothing answers at .*; ${id} was started: trying again\n$`));
    assert.equal(asked.filter((line) => line.startsWith("POST")).length, 1);
    if (options[0] === "--json") assert.equal(JSON.parse(out).id, id);
  }
});

test("a start whose answer is lost is sent again, and starts one run", async (t) => {
  let losses = 1;
  const isStart = (line: string) => line.startsWith("POST /workflows/");
  const once = await meeting(t, (line) => (isStart(line) && losses-- > 0 ? "lose" : "pass"));
  const { code, out, err } = await runCommand(home, ["run", "lost"], { env: once.env });
  assert.equal(code, 0, err);
  const [id, ...others] = await runsOf("lost");
  assert.deepEqual([out.startsWith(`${id}\n`), others], [true, []]);

  const always = await meeting(t, (line) => (isStart(line) ? "lose" : "pass"));
  const given = await runCommand(home, ["run", "gone"], { env: always.env });
  assert.equal(given.code, 8);
  const key = /the same again with `--idempotency-key (cli-\S+)` finds the run/.exec(given.err)?.[1] ?? "";
  const again = await runCommand(home, ["run", "gone", "--idempotency-key", key]);
  const [gone, ...more] = await runsOf("gone");
  assert.deepEqual([again.code, again.out.startsWith(`${gone}\n`), more], [0, true, []]);
});

test("behind a proxy a lost answer is told with the key, and the server is waited for", async (t) => {
  const isStart = (line: string) => line.startsWith("POST /workflows/");
  const always = await meeting(t, (line) => (isStart(line) ? "504" : "pass"));
  const given = await runCommand(home, ["run", "behind"], { env: always.env });
  assert.equal(given.code, 8, given.err);
  const key = /the same again with `--idempotency-key (cli-\S+)` finds the run/.exec(given.err)?.[1] ?? "";
  const again = await runCommand(home, ["run", "behind", "--idempotency-key", key]);
  const [id, ...more] = await runsOf("behind");
  assert.deepEqual([again.code, again.out.startsWith(`${id}\n`), more], [0, true, []]);

  let gaps = 2;
  const restarting = await meeting(t, (line) => (isRead(line) && gaps-- > 0 ? "504" : "pass"));
  const waited = await runCommand(home, ["run", "cut"], { env: restarting.env });
  assert.equal(waited.code, 0, waited.err);
});

test("an event whose answer is lost tells its id", async (t) => {
  const { env } = await meeting(t, (line) => (line === "POST /api/events" ? "lose" : "pass"));
  const event = ["event", "send", "--type", "order.paid", "--source", "/shop"];
  const { code, err } = await runCommand(home, event, { env });
  const id = /the same again with `--id (\S+)` is taken once/.exec(err)?.[1] ?? "";
  assert.equal(code, 8, err);
  assert.match((await runCommand(home, [...event, "--id", id])).out, /came before/);
});

test("Ctrl-C while the start is under way tells the key", async (t) => {
  const key = /^the same again with `--idempotency-key (cli-\S+|mine)` finds the run/;
  for (const options of [[], ["--idempotency-key", "mine"]]) {
    let arrived = () => {};
    const start = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { env } = await meeting(t, () => {
      arrived();
      return "hold";
    });
    const starting = startCommand(home, ["run", "cut", ...options], env);
    await start;
    starting.child.kill("SIGINT");
    const { code, err } = await starting.done;
    assert.equal(code, 130);
    assert.match(err, key);
  }
});

test("when it gives up, the message names the run and the command that goes on", async (t) => {
  const problem = { code: "unauthenticated", detail: "no valid session", hint: "`dispatched login`" };
  const { env } = await meeting(t, (line) => (isRead(line) ? { status: 401, body: problem } : "pass"));
  for (const options of [[], ["--follow"], ["--json"]]) {
    const { code, err } = await runCommand(home, ["run", "refused", ...options], { env });
    const [id] = await runsOf("refused");
    assert.equal(code, 4, err);
    assert.ok(err.includes(`no valid session; ${id} was started and is not lost`), err);
    assert.ok(
      err.includes(`\`dispatched login\`; then \`dispatched runs follow ${id}\` goes on from here`),
      err,
    );
  }
});

test("Ctrl-C ends the waiting and not the run", async () => {
  const waiting = startCommand(home, ["run", "long"]);
  const id = /^run_\w+/.exec(await waiting.says(/^run_\w+\n/))?.[0] as string;
  waiting.child.kill("SIGINT");
  const { code, err } = await waiting.done;
  assert.deepEqual([code, err], [130, `the run goes on: dispatched runs follow ${id}\n`]);
  assert.equal((await engine.client.cancelRun(id, true)).status, "cancelled");
});
