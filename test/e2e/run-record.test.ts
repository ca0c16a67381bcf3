// What the command line tells of the record of a run, and of what going again would do.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runCommands } from "../process/run-command.ts";
import { ScriptedService } from "../process/scripted-service.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { ended, until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-run-record-"));
const service = new ScriptedService();
let engine: EngineUnderTest;
let address: string;
let failed: string;
let waiting: string;

before(async () => {
  address = await service.start();
  engine = await startDev(home);
  service.scripts.set("/each", ({ body }) => (body["n"] === 1 ? [400, {}] : [200, body]));
  const call = (path: string) => `request: {method: POST, url: "${address}${path}", body: {n: "{{ item }}"}}`;
  const many = `name: many
version: 1
triggers: [{type: http}]
steps:
  each: {${call("/each")}, strategy: {type: scatter, over: trigger.body.list}}
  sum: {after: [each], value: 1}
`;
  const gate = "name: gate\nversion: 1\ntriggers: [{type: http}]\nsteps: {open: {wait: {signal: open}}}\n";
  await engine.client.putWorkflow("many", many, "yaml");
  await engine.client.putWorkflow("gate", gate, "yaml");
  failed = (await engine.client.startRun("many", { body: '{"list": [0, 1, 9007199254740993]}' })).run;
  assert.equal((await ended(engine.client, failed)).status, "failed");
  waiting = (await engine.client.startRun("gate", { body: null })).run;
  await until(engine.client, waiting, (run) => run.status === "waiting");
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.stop();
  rmSync(home, { recursive: true, force: true });
});

async function said(...lines: readonly string[][]): Promise<readonly string[]> {
  const done = await runCommands(home, lines);
  for (const [index, { code, err }] of done.entries()) {
    assert.equal(code, 0, `${lines[index]?.join(" ")}: ${err}`);
  }
  return done.map(({ out }) => out);
}

test("items of a step, by their status and in pages", async () => {
  const [all, bad, json] = await said(
    ["runs", "items", failed, "each", "--limit", "2"],
    ["runs", "items", failed, "each", "--status", "failed"],
    ["runs", "items", failed, "each", "--json"],
  );
  assert.match(all ?? "", /^item +status.*\n0 +succeeded +1 .*\n1 +failed +1 .*http_400\n.*there are more/);
  assert.match(bad ?? "", /^item.*\n1 +failed.*\n$/);
  const items = (json ?? "").trim().split("\n");
  assert.deepEqual(
    items.map((line) => JSON.parse(line).item),
    [0, 1, 2],
  );
  const [wrong] = await runCommands(home, [["runs", "items", failed, "each", "--status", "bad"]]);
  assert.deepEqual([wrong?.code, /--status is one of pending, .*"bad"/.test(wrong?.err ?? "")], [2, true]);
});

test("the value of an expression, exact, in each language", async () => {
  const [path, query, lua, json] = await said(
    ["runs", "evaluate", failed, "trigger.body.list"],
    ["runs", "evaluate", failed, "$.trigger.body.list[1]", "--lang", "jsonpath"],
    ["runs", "evaluate", failed, "return trigger.body.list[1] + 1", "--lang", "lua"],
    ["runs", "evaluate", failed, "trigger.body.none", "--json"],
  );
  assert.equal(path, "[0,1,9007199254740993]\n");
  assert.deepEqual([query, lua, json], ["1\n", "1\n", '{"value":null}\n']);
});

test("the whole record, with values only when they are asked for", async () => {
  const [plain, whole] = await said(["runs", "export", failed], ["runs", "export", failed, "--values"]);
  assert.equal(JSON.parse(plain ?? "").run.id, failed);
  assert.doesNotMatch(plain ?? "", /9007199254740993/);
  assert.match(whole ?? "", /9007199254740993/);
});

test("a preview of a rerun tells what is kept and called, and makes no run", async () => {
  const runs = async () => (await engine.client.listRuns({ workflow: "many" })).runs.length;
  const count = await runs();
  const [text, json] = await said(
    ["runs", "rerun", failed, "--preview"],
    ["runs", "rerun", failed, "--preview", "--from", "each", "--json"],
  );
  assert.match(text ?? "", /^0 outcomes are kept\n2 steps run again, by version 1\n/);
  assert.match(text ?? "", /each +POST 127\.0\.0\.1:\d+ +a new one +1 of 3 items: 1\n/);
  assert.match(text ?? "", /sum +not called before /);
  assert.equal(JSON.parse(json ?? "").again.length, 2);
  assert.equal(await runs(), count);
});

test("a preview tells of calls of items that were made, also where every one is made again", async () => {
  const call = (path: string) => `request: {method: POST, url: "${address}${path}"}`;
  const document = `name: paid
version: 1
triggers: [{type: http}]
steps:
  pay:
    ${call("/pay")}
    compensate: {${call("/refund")}}
    strategy: {type: fan_out, over: [1, 2]}
  ship: {after: [pay], ${call("/ship")}}
  nap: {sleep: 1ms}
`;
  await engine.client.putWorkflow("paid", document, "yaml");
  service.scripts.set("/ship", () => [404, {}]);
  const { run } = await engine.client.startRun("paid", { body: null });
  assert.equal((await ended(engine.client, run)).status, "failed");
  assert.deepEqual([service.of("/pay").length, service.of("/refund").length], [2, 2]);
  const [text] = await said(["runs", "rerun", run, "--preview"]);
  assert.match(
    text ?? "",
    /pay +POST 127\.0\.0\.1:\d+ +a new one +was undone, runs anew; 2 of 2 items: 0-1\n/,
  );
  service.scripts.set("/ship", () => [200, {}]);
  const second = (await engine.client.rerun(run, {})).run;
  assert.equal((await ended(engine.client, second)).status, "completed");
  const [all, json] = await said(
    ["runs", "rerun", second, "--preview", "--from", "pay,nap"],
    ["runs", "rerun", second, "--preview", "--from", "pay", "--json"],
  );
  assert.match(all ?? "", /pay +POST 127\.0\.0\.1:\d+ +a new one +2 of 2 items: 0-1\n/);
  assert.match(all ?? "", /nap +none in that run +/);
  const [pay] = JSON.parse(json ?? "").again;
  assert.deepEqual(
    [pay.method, pay.began, pay.items],
    ["POST", true, { count: 2, again: 2, ranges: [{ first: 0, last: 1 }] }],
  );
});

test("runs are listed by what they do and when they were made, with a word on what they wait for", async () => {
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const [doing, late, early, uses] = await said(
    ["runs", "list", "--doing", "signal,retrying"],
    ["runs", "list", "--from", tomorrow],
    ["runs", "list", "--to", tomorrow, "--json"],
    ["workflow", "uses", "many"],
  );
  assert.match(doing ?? "", new RegExp(`^run.*now\\n${waiting} +gate v1 +waiting .*open`));
  assert.doesNotMatch(doing ?? "", new RegExp(failed));
  assert.equal(late, "no runs\n");
  assert.equal((early ?? "").trim().split("\n").length, 4);
  assert.match(uses ?? "", /^many v1\nuses +name +in steps\nhost +http:\/\/127\.0\.0\.1:\d+ +each\n/);
});
