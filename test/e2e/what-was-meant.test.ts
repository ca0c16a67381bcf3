// What is not there is told with the name that was meant, or with the command that shows those that are there.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
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
