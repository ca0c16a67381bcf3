// What is not there is told with the name that was meant, or with the command that shows those that are there.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runCommands } from "../process/run-command.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-meant-"));
const noRun = `run_${"0".repeat(26)}`;
let engine: EngineUnderTest;
let run: string;

before(async () => {
  engine = await startDev(home);
  const text = "name: double\nversion: 1\ntriggers: [{type: http}]\nsteps: {charge: {value: 1}}\n";
  await engine.client.putWorkflow("double", text, "yaml");
  await engine.client.putSecret("SHOP_KEY", "a value of some length");
  ({ run } = await engine.client.startRun("double", { body: null }));
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

test("each error of a thing that is not there has its next command", async () => {
  const cases: readonly (readonly [line: string, next: RegExp])[] = [
    ["run doubel", /did you mean `double`\?/],
    ["grant create doubel", /did you mean `double`\?/],
    ["workflow get double --version 99", /dispatched workflow versions double/],
    ["secret delete SHOP_KEI", /did you mean `SHOP_KEY`\?/],
    ["secret delete NOPE", /dispatched secret list/],
    ["templates clone aproval", /did you mean `approval`\?.*dispatched templates list/],
    [`runs rerun ${run} --from chrage`, /did you mean `charge`\?/],
    [`runs items ${run} chrge`, new RegExp(`did you mean \`charge\`\\?.*dispatched runs get ${run}`)],
    [`runs signal go ${run}`, new RegExp(`the run's id comes first: ${run}`)],
    ["explain double", /double is a workflow: `dispatched runs list --workflow double`/],
    ["signing-secret rotate", /dispatched signing-secret create/],
    [`runs get ${noRun}`, /dispatched runs list/],
    ["runs body run_x 1", /a run's id is run_ with 26 letters and digits behind it; .*dispatched runs list/],
    ["hook revoke hok_x", /dispatched hook list/],
    ["delivery show dlv_x", /dispatched hook deliveries/],
    ["inbox show itm_x", /dispatched inbox list/],
    ["grant show gra_x", /dispatched grant list/],
    ["bulk abort blk_x", /dispatched bulk list/],
  ];
  const said = await runCommands(
    home,
    cases.map(([line]) => line.split(" ")),
  );
  for (const [index, [line, next]] of cases.entries()) {
    const { code, err } = said[index] ?? { code: null, err: "" };
    assert.equal(code, 5, `${line}: ${err}`);
    assert.match(/^ {2}next {2}(.*)$/m.exec(err)?.[1] ?? "", next, `${line}: ${err}`);
    assert.doesNotMatch(err, /GET \/api|begins with/, line);
  }
});

test("what the server refuses of an option is told of the option, with the value that was meant", async () => {
  const lines = ["runs list --status faild", "runs waits --kind signl", "runs list --from yesterday"];
  const [status, kind, from] = await runCommands(
    home,
    lines.map((line) => line.split(" ")),
  );
  assert.match(status?.err ?? "", /^error --status is .*\n {2}next {2}did you mean `failed`\?\n/);
  assert.match(kind?.err ?? "", /^error --kind is .*\n {2}next {2}did you mean `signal`\?\n/);
  assert.match(from?.err ?? "", /^error --from is a day .*invalid_query\n {2}docs/);
  assert.deepEqual([status?.code, kind?.code, from?.code], [2, 2, 2]);
});

test("a command line that is none is told with the command that it may be", async () => {
  const cases: readonly (readonly [line: string, next: RegExp])[] = [
    ["run double body", /^`dispatched run --help` says what it takes$/],
    ["run double @order.json", /^did you mean --body @order\.json\?$/],
    ['run double {"a":1}', /^did you mean --body '\{"a":1\}'\?$/],
    ["workflow create", /^`dispatched workflow --help` lists its commands$/],
    ["secret get SHOP_KEY", /^a value is never shown again; `dispatched secret list`/],
    ["--limit 3 runs list", /^--limit stands behind the command: `dispatched runs list --limit …`$/],
    ["--nothing runs list", /^`dispatched runs list --help` says what it takes$/],
    ["runs lst", /^did you mean list\?$/],
  ];
  const said = await runCommands(
    home,
    cases.map(([line]) => line.split(" ")),
  );
  for (const [index, [line, next]] of cases.entries()) {
    const { code, err } = said[index] ?? { code: null, err: "" };
    assert.equal(code, 2, `${line}: ${err}`);
    assert.match(/^ {2}next {2}(.*)$/m.exec(err)?.[1] ?? "", next, `${line}: ${err}`);
  }
});

test("an empty list by a workflow that is not there says so", async () => {
  const lines = [
    ["runs", "list", "--workflow", "doubel"],
    ["runs", "failures", "--workflow", "doubel"],
    ["runs", "waits", "--workflow", "nothing-like-it"],
    ["runs", "failures", "--workflow", "double"],
    ["runs", "list", "--workflow", "doubel", "--json"],
  ];
  const said = await runCommands(home, lines);
  assert.deepEqual(
    said.map(({ code, out }) => [code, out]),
    [
      [0, "no runs: there is no workflow doubel; did you mean `double`?\n"],
      [0, "no failures: there is no workflow doubel; did you mean `double`?\n"],
      [
        0,
        "nothing is waited for: there is no workflow nothing-like-it; `dispatched workflow list` shows those that are there\n",
      ],
      [0, "no failures\n"],
      [0, ""],
    ],
  );
});

test("a word that is one of a few, an expression and an address are judged before anything is asked", async () => {
  const secret = join(home, "hook.txt");
  writeFileSync(secret, "abc");
  const cases: readonly (readonly [line: readonly string[], code: number, told: RegExp])[] = [
    [
      ["runs", "bulk", "cancle"],
      2,
      /^error the action is one of cancel, .*"cancle" {2}usage\n.*did you mean `cancel`/,
    ],
    [["runs", "evaluate", run, "1", "--lang", "luaa"], 2, /^error --lang is one of .*\n.*did you mean `lua`/],
    [
      ["runs", "items", run, "charge", "--status", "faild"],
      2,
      /^error --status is one of .*\n.*did you mean `failed`/,
    ],
    [
      ["runs", "bulk", "cancel", "--run", "run_x"],
      1,
      /^error --run: .* {2}invalid_body\n {2}next {2}a run's id is run_/,
    ],
    [
      ["runs", "bulk", "cancel", "--fingerprint", "x"],
      2,
      /^error --fingerprint is 32 of .*\n.*runs failures/,
    ],
    [["runs", "list", "--fingerprint", "x"], 2, /^error --fingerprint is 32 of/],
    [
      ["grant", "create", "double", "--by", "key,hok"],
      2,
      /^error each of --by is one of .*"hok".*\n.*`hook`/,
    ],
    [["audit", "export", "--out", join(home, "none", "x")], 2, /there is no such file or folder {2}usage/],
    [
      ["secret", "set", "shop-key", "--file", secret],
      1,
      /"shop-key" {2}invalid_secret\n {2}next {2}dispatched secret set SHOP_KEY\n/,
    ],
    [["templates", "clone", "approval", "--as", "Bad Name"], 3, /^error .*invalid_document\n {2}docs/],
    [["audit", "verify", secret], 1, /audit_broken\n {2}next {2}nothing holds: is \S+hook\.txt an export/],
    [["run", "strict"], 1, /schema_mismatch\n {2}at .*\n {2}next {2}no body was given: --body/],
    [["run", "strict", "--body", "1"], 1, /schema_mismatch\n {2}at .*\n {2}docs/],
    [["runs", "evaluate", run, " "], 2, /^error the expression is empty/],
    [["runs", "evaluate", run, "return 1"], 1, /expression_failed\n {2}next {2}.*--lang lua\n/],
    [
      ["trigger", "github:push", "ftp://x", "--secret-file", secret],
      2,
      /^error "ftp:\/\/x" is no URL that begins with http/,
    ],
  ];
  const text =
    "name: strict\nversion: 1\ntriggers: [{type: http, schema: {type: object}}]\nsteps: {a: {value: 1}}\n";
  await engine.client.putWorkflow("strict", text, "yaml");
  const said = await runCommands(
    home,
    cases.map(([line]) => line),
  );
  for (const [index, [line, code, told]] of cases.entries()) {
    assert.equal(said[index]?.code, code, line.join(" "));
    assert.match(said[index]?.err ?? "", told);
  }
});
