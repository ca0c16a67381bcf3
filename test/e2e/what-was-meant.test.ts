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
    ["workflow get double --version 99", /dispatched workflow versions/],
    ["secret delete SHOP_KEI", /did you mean `SHOP_KEY`\?/],
    ["secret delete NOPE", /dispatched secret list/],
    ["templates clone aproval", /did you mean `approval`\?.*dispatched templates list/],
    [`runs rerun ${run} --from chrage`, /did you mean `charge`\?/],
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
