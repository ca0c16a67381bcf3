// The members of `--json` that docs/reference/cli.md names are those that are printed.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { documentedOf } from "../process/documented-json.ts";
import { runCommands, startCommand } from "../process/run-command.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-json-shapes-"));
const flow = "name: shapes\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: {value: 1}}\n";
const schema = "{type: object, required: [email]}";
const strict = flow.replace("shapes", "strict").replace("{type: http}", `{type: http, schema: ${schema}}`);
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home);
  await engine.client.putWorkflow("shapes", flow, "yaml");
  await engine.client.putWorkflow("strict", strict, "yaml");
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

test("each command prints the members that are documented", async () => {
  const file = join(home, "shapes.yaml");
  writeFileSync(file, flow);
  const { run } = await engine.client.startRun("shapes", { body: null });
  await engine.client.getRun(run, 20);
  const { id } = await engine.client.beginBulk("pause", { runs: [run] });
  const commands = [
    ["status"],
    ["token"],
    ["open"],
    ["workflow validate", file],
    ["workflow graph", file],
    ["audit verify"],
    ["bulk show", id],
    ["key rotate"],
  ];
  const told = await runCommands(
    home,
    commands.map(([name = "", ...rest]) => [...name.split(" "), ...rest, "--json"]),
  );
  commands.forEach(([name = ""], index) => {
    const { out = "", err = "" } = told[index] ?? {};
    const printed = JSON.parse(out.split("\n")[0] ?? "");
    const names = documentedOf(name)?.names ?? [];
    assert.ok(names.length > 0, `${name} is in the list`);
    if (name === "bulk show") {
      assert.ok("total" in printed && Array.isArray(printed.refusals), err);
      assert.deepEqual(Object.keys(printed.refusals[0]), ["run", "code"]);
    } else assert.deepEqual(Object.keys(printed).sort(), [...names].sort(), name);
  });
});

test("lines of listen say what they are", async () => {
  const [made] = await runCommands(home, [["hook", "create", "shapes", "--json"]]);
  const { url } = JSON.parse(made?.out ?? "");
  const listening = startCommand(home, ["listen", "shapes", "--runs", "--json"]);
  const begun = new Promise<void>((resolve) => {
    listening.child.stderr.on("data", (chunk: Buffer) => {
      if (String(chunk).includes("waiting for what comes")) resolve();
    });
  });
  await begun;
  const run = /"type":"run","id":"run_\w+".*"status":"completed"/;
  // Runs are followed by a stream of their own, which may begin later.
  for (let count = 1; !run.test(listening.out()); count++) {
    await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
    await listening.says(new RegExp(`(?:"type":"delivery"[^]*){${count}}`));
  }
  assert.match(listening.out(), /"type":"delivery","id":"dlv_\w+"/);
  listening.child.kill("SIGTERM");
  await listening.done;
});

test("an error of a body that does not fit its schema has the places", async () => {
  const [told] = await runCommands(home, [["run", "strict", "--body", "{}", "--json"]]);
  const { error } = JSON.parse(told?.err ?? "");
  assert.equal(error.code, "schema_mismatch");
  assert.deepEqual(
    error.problems.map(({ pointer, message }: Record<string, string>) => [pointer, message]),
    [["", "the member `email` is missing"]],
  );
});
