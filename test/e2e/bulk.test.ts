// Actions on many runs: told before, begun, followed, aborted, and gone on with after a crash.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ClientError } from "../../src/client/client-error.ts";
import type { BulkAction, BulkFilter, BulkRuns } from "../../src/client/methods/control-methods.ts";
import { type Fate, standInBetween } from "../process/in-between.ts";
import { runCommand, startCommand, typeCommand } from "../process/run-command.ts";
import { ScriptedService } from "../process/scripted-service.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { ended, until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-bulk-"));
const service = new ScriptedService();
let engine: EngineUnderTest;

before(async () => {
  const address = await service.start();
  service.scripts.set("/fails", () => [409, {}]);
  engine = await startDev(home);
  const put = (name: string, steps: string) =>
    engine.client.putWorkflow(name, `name: ${name}\nversion: 1\ntriggers: [{type: http}]\n${steps}`, "yaml");
  await put("gate", "steps: {open: {wait: {signal: open}}}");
  await put("fails", `steps: {call: {request: {method: POST, url: "${address}/fails"}}}`);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.stop();
  rmSync(home, { recursive: true, force: true });
});

async function start(workflow: string, count: number): Promise<readonly string[]> {
  const runs: string[] = [];
  for (let number = 0; number < count; number++) {
    runs.push((await engine.client.startRun(workflow, { body: null })).run);
  }
  return runs;
}

async function waiting(count: number): Promise<readonly string[]> {
  const runs = await start("gate", count);
  for (const id of runs) await until(engine.client, id, ({ status }) => status === "waiting");
  return runs;
}

/** Begins one and waits for its end. */
async function bulk(action: BulkAction, filter: BulkFilter) {
  const { id } = await engine.client.beginBulk(action, filter);
  return engine.client.getBulk(id, { wait: "60" });
}

const refused = (code: string, status: number) => (error: unknown) =>
  error instanceof ClientError && error.code === code && error.status === status;
const gates: BulkFilter = { workflow: "gate", status: ["waiting"] };

test("what an action would take is told, and what is made later is left out", async () => {
  const runs = await waiting(7);
  const preview = await engine.client.previewBulk("cancel", gates);
  assert.deepEqual([preview.matched, preview.more, preview.samples.length], [7, false, 5]);
  assert.deepEqual(
    preview.samples.map(({ id }) => id),
    runs.toReversed().slice(0, 5),
  );
  const oldest = await engine.client.getRun(runs[0] as string);
  assert.equal(preview.oldest_at, oldest.created_at);
  assert.equal(preview.newest_at, preview.samples[0]?.created_at);
  while (new Date().toISOString() <= preview.bound);
  const [later = ""] = await waiting(1);
  const done = await bulk("cancel", { ...gates, to: preview.bound });
  assert.deepEqual([done.state, done.total, done.done, done.refused], ["done", 7, 7, 0]);
  assert.deepEqual(
    done.results.map(({ run, state, code, created }) => [run, state, code, created]),
    runs.toReversed().map((run) => [run, "done", null, null]),
  );
  for (const id of runs) assert.equal((await ended(engine.client, id)).status, "cancelled");
  assert.equal((await engine.client.getRun(later)).status, "waiting");
  const none = await engine.client.previewBulk("cancel", { workflow: "none" });
  assert.deepEqual([none.matched, none.oldest_at, none.samples], [0, null, []]);
  assert.equal((await bulk("cancel", { workflow: "none" })).state, "done");
});

test("the result of each run is told, also why it was refused", async () => {
  const runs = await start("fails", 3);
  for (const id of runs) await ended(engine.client, id);
  const again = await bulk("rerun", { workflow: "fails", status: ["failed"] });
  assert.deepEqual([again.total, again.refused], [3, 0]);
  for (const { run, created } of again.results) {
    assert.equal((await ended(engine.client, String(created))).rerun_of, run);
  }
  const paused = await bulk("pause", { workflow: "fails" });
  assert.deepEqual([paused.total, paused.done, paused.refused], [6, 6, 6]);
  assert.ok(paused.results.every(({ state, code }) => state === "refused" && code === "run_ended"));
  const page = await engine.client.getBulk(paused.id, { limit: "4", refused: "true" });
  const rest = await engine.client.getBulk(paused.id, {
    limit: "4",
    refused: "true",
    cursor: String(page.next),
  });
  assert.deepEqual([page.results.length, rest.results.length, rest.next], [4, 2, null]);
  const { bulks } = await engine.client.listBulks();
  assert.deepEqual(
    bulks.slice(0, 2).map(({ id }) => id),
    [paused.id, again.id],
  );
});

test("one is followed as it goes on, waited for, and cannot be aborted when it is over", async () => {
  await waiting(3);
  const { id } = await engine.client.beginBulk("cancel", gates);
  const seen: string[] = [];
  for await (const { state } of engine.client.followBulk(id)) seen.push(state);
  assert.equal(seen.at(-1), "done");
  assert.equal((await engine.client.abortBulk(id)).state, "done");
  await assert.rejects(
    engine.client.abortBulk("blk_00000000000000000000000000"),
    refused("bulk_not_found", 404),
  );
  await assert.rejects(engine.client.getBulk("run_x"), refused("bulk_not_found", 404));
  const answer = await fetch(`${engine.url}/api/runs/bulk?wait=30`, {
    method: "POST",
    headers: { "dispatched-session": engine.token, "content-type": "application/json" },
    body: JSON.stringify({ action: "pause", filter: { workflow: "fails" } }),
  });
  const body = (await answer.json()) as { readonly state: string; readonly results: readonly unknown[] };
  assert.deepEqual([answer.status, body.state, body.results.length], [200, "done", 6]);
});

test("runs that are named are taken, each once, and no others", async () => {
  const { client } = engine;
  const [kept = "", ...named] = await waiting(4);
  const gone = "run_00000000000000000000000000";
  const runs = [named[1] ?? "", named[0] ?? "", named[2] ?? "", named[0] ?? "", gone];
  const preview = await client.previewBulk("cancel", { runs });
  assert.deepEqual([preview.matched, preview.more], [3, false]);
  assert.deepEqual(
    preview.samples.map(({ id }) => id),
    named.toReversed(),
  );
  const { id } = await client.beginBulk("cancel", { runs });
  const done = await client.getBulk(id, { wait: "60" });
  assert.deepEqual(
    done.results.map(({ run, state, code }) => [run, state, code]),
    [...named.toReversed().map((run) => [run, "done", null]), [gone, "refused", "run_not_found"]],
  );
  assert.equal((await client.getRun(kept)).status, "waiting");
  const cli = await runCommand(home, ["runs", "bulk", "cancel", "--run", kept, named[0] ?? "", "--yes"]);
  assert.deepEqual([cli.code, /2 runs fit.*cancel: 1 of 2.*run_ended/s.test(cli.out)], [1, true], cli.out);
  for (const which of [{ runs: [kept], filter: { workflow: "gate" } }, {}]) {
    const answer = await fetch(`${engine.url}/api/runs/bulk`, {
      method: "POST",
      headers: { "dispatched-session": engine.token, "content-type": "application/json" },
      body: JSON.stringify({ action: "cancel", ...which }),
    });
    assert.deepEqual(
      [answer.status, ((await answer.json()) as { code: string }).code],
      [422, "invalid_body"],
    );
  }
  const many = Array.from({ length: 1_001 }, () => kept);
  await assert.rejects(client.beginBulk("cancel", { runs: many }), refused("invalid_body", 422));
  const mixed = await runCommand(home, ["runs", "bulk", "cancel", "--run", kept, "--workflow", "gate"]);
  assert.deepEqual([mixed.code, /no filter goes with it/.test(mixed.err)], [2, true], mixed.err);
});

test("a request that is repeated under its key is answered by what it began, and another one is refused", async () => {
  const [first = "", second = ""] = await waiting(2);
  const key = { idempotencyKey: "once" };
  const begin = (runs: BulkRuns) => engine.client.beginBulk("pause", runs, key);
  const begun = await Promise.all([first, first, first].map((run) => begin({ runs: [run] })));
  const [{ id } = { id: "" }] = begun;
  assert.deepEqual(new Set(begun.map((one) => one.id)), new Set([id]), "also when they come together");
  await engine.client.getBulk(id, { wait: "60" });
  const again = await begin({ runs: [first] });
  assert.deepEqual([again.id, again.state, again.done], [id, "done", 1]);
  const conflict = refused("idempotency_conflict", 422);
  await assert.rejects(begin({ runs: [second] }), conflict);
  await assert.rejects(engine.client.beginBulk("cancel", { runs: [first] }, key), conflict);
  assert.notEqual(
    (await engine.client.beginBulk("pause", { runs: [first] })).id,
    id,
    "without a key another",
  );
  await bulk("cancel", gates);
});

test("what does not say which runs, or says it wrongly, is refused", async () => {
  const begin = (filter: object, action = "cancel") => engine.client.beginBulk(action as BulkAction, filter);
  await assert.rejects(begin({}), refused("invalid_body", 422));
  await assert.rejects(begin({ workflow: "gate", status: [] }), refused("invalid_body", 422));
  await assert.rejects(begin({ from: "2026-02-31" }), refused("invalid_query", 400));
  await assert.rejects(begin(gates, "delete"), refused("invalid_body", 422));
  await assert.rejects(begin({ status: ["gone"] }), refused("invalid_body", 422));
});

test("the commands follow one, show it again, and tell of the refused", async () => {
  const [run = ""] = await waiting(1);
  const done = await runCommand(home, [
    "runs",
    "bulk",
    "cancel",
    "--workflow",
    "gate",
    "--status",
    "waiting",
    "--yes",
  ]);
  assert.equal(done.code, 0, done.err);
  assert.match(done.out, new RegExp(`1 run fits\\n.*\\n.*${run}[^]*blk_[^]*cancel: 1 of 1`));
  const id = /blk_\w{26}/.exec(done.out)?.[0] ?? "";
  const shown = await runCommand(home, ["bulk", "show", id, "--json"]);
  assert.deepEqual([shown.code, JSON.parse(shown.out).state], [0, "done"]);
  const none = await runCommand(home, [
    "runs",
    "bulk",
    "resume",
    "--workflow",
    "gate",
    "--status",
    "cancelled",
    "--yes",
  ]);
  assert.deepEqual([none.code, /run_ended/.test(none.out)], [1, true], none.out);
  assert.match((await runCommand(home, ["bulk", "list"])).out, new RegExp(`${id} +cancel +done +1/1`));
});

test("who is asked may leave by Ctrl-C, or not answer at all", async () => {
  const [run = ""] = await waiting(1);
  const args = ["runs", "bulk", "cancel", "--run", run];
  const left = await typeCommand(home, args, "\u0003");
  assert.deepEqual([left.code, /Abort|Error/.test(left.err)], [130, false], left.err);
  const silent = await typeCommand(home, args, "");
  assert.deepEqual([silent.code, /Warning|Error/.test(silent.err)], [1, false], silent.err);
  assert.equal((await engine.client.cancelRun(run, true)).status, "cancelled");
});

test("following one tells of breaks, and how to go on when it ends before the action does", async (t) => {
  const times = { created_at: "2026-01-01T00:00:00Z", ended_at: null };
  const body = { id: "blk_x", action: "cancel", state: "running", total: 9, done: 1, refused: 0, ...times };
  const row = { status: 200, body: { ...body, results: [], next: null } };
  const problem = { code: "unauthenticated", detail: "no valid session" };
  const show = ["bulk", "show", "blk_x"];
  const met = async (fateOf: (tries: number) => Fate) => {
    let tries = 0;
    const fate = (line: string) => (line.endsWith("/blk_x") ? fateOf(++tries) : row);
    const between = await standInBetween(engine.url, fate);
    t.after(() => between.stop());
    return { DISPATCHED_URL: between.url, DISPATCHED_TOKEN: "dst_sess_x" };
  };
  const env = await met((tries) => (tries === 1 ? "cut" : { status: 401, body: problem }));
  const { code, err } = await runCommand(home, show, { env });
  assert.equal(code, 4);
  assert.match(
    err,
    /^the connection broke; following on\n.*no valid session[\s\S]*`dispatched bulk show blk_x` follows it on/,
  );

  let begun = () => {};
  const begins = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const held = await met(() => {
    begun();
    return "hold";
  });
  const following = startCommand(home, show, held);
  await begins;
  following.child.kill("SIGINT");
  const { code: left, err: said } = await following.done;
  assert.deepEqual([left, said], [130, "`dispatched bulk show blk_x` follows it on\n"]);
});

test("a crash in the midst loses and doubles nothing", async () => {
  const runs = await start("fails", 120);
  for (const id of runs) await ended(engine.client, id);
  const bound = new Date().toISOString();
  const { id, total } = await engine.client.beginBulk("rerun", { workflow: "fails", to: bound });
  engine.child.kill("SIGKILL");
  await engine.ended;
  engine = await startDev(home);
  const done = await engine.client.getBulk(id, { wait: "60", limit: "200" });
  assert.deepEqual([done.state, done.done], ["done", total]);
  const all = [...done.results];
  for (let { next } = done; next !== null; ) {
    const page = await engine.client.getBulk(id, { limit: "200", cursor: next });
    all.push(...page.results);
    next = page.next;
  }
  assert.equal(all.length, total);
  const made = new Map<string, number>();
  for (const { run, created, code } of all) {
    assert.ok(code === null || code === "run_not_ended", String(code));
    if (created === null) continue;
    assert.equal((await engine.client.getRun(created)).rerun_of, run);
    made.set(created, (made.get(created) ?? 0) + 1);
  }
  assert.ok([...made.values()].every((count) => count === 1));
  // Of the runs that were made since, each was made by the action: none twice.
  const since = await allSince(bound);
  assert.deepEqual([...since].sort(), [...made.keys()].sort());
});

test("an abort leaves the others as they are", async () => {
  const runs = await waiting(40);
  const { id } = await engine.client.beginBulk("cancel", gates);
  const { state } = await engine.client.abortBulk(id);
  const { results } = await engine.client.getBulk(id, { limit: "200" });
  const left = results.filter((result) => result.state === "pending").map(({ run }) => run);
  // It may have been faster than the abort.
  assert.equal(state, left.length > 0 ? "aborted" : "done");
  assert.equal(results.length, runs.length);
});

async function allSince(from: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await engine.client.listRuns({ workflow: "fails", from, limit: "200", cursor });
    found.push(...page.runs.map(({ id }) => id));
    if (page.next === null) return found;
    cursor = page.next;
  }
}
