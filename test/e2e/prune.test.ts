// `apply --prune`: what is stored and in no file is shown, agreed to, and then deleted.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runCommand, runCommands, typeCommand } from "../process/run-command.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-prune-"));
const folder = join(home, "flows");
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home);
  mkdirSync(folder);
  write("kept.yaml", document("kept", 1, "child: {workflow: {name: gone-b}}"));
  const others = mkdtempSync(join(home, "others-"));
  const files = ["gone-a", "gone-b"].map((name) => {
    const path = join(others, `${name}.yaml`);
    writeFileSync(path, document(name, 1, "go: {wait: {signal: go}}"));
    return path;
  });
  await runCommands(home, [
    ["workflow", "put", ...files, join(folder, "kept.yaml")],
    ["hook", "create", "gone-a"],
    ["grant", "create", "gone-a"],
  ]);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

const apply = (...options: string[]) => runCommand(home, ["apply", folder, ...options]);
const document = (name: string, version: number, steps: string) =>
  `name: ${name}\nversion: ${version}\ntriggers: [{type: http}]\nsteps:\n  ${steps}\n`;
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const names = async () =>
  (await runCommand(home, ["workflow", "list", "--json"])).out
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line).name)
    .sort();

test("nothing is deleted without being shown and agreed to", async () => {
  const shown =
    /^- gone-a v1 .*\n {4}it takes 1 hook and 1 grant with it, which no later version brings back\n- gone-b v1 .*\n {4}kept of the folder runs it$/m;
  const dry = await apply("--prune", "--dry-run");
  assert.deepEqual([dry.code, dry.err], [0, ""]);
  assert.match(dry.out, shown);
  write("more.yaml", document("more", 1, "a: {value: 1}"));
  const alone = await apply("--prune");
  assert.equal(alone.code, 2);
  assert.match(alone.out, shown);
  assert.match(
    alone.err,
    /deleting 2 workflows \(gone-a with 1 hook and 1 grant, gone-b\) wants to be agreed to[\s\S]*add --yes/,
  );
  const refused = await typeCommand(home, ["apply", folder, "--prune"], "n\n");
  assert.equal(refused.code, 1);
  assert.match(refused.err, /delete 2 workflows: gone-a with 1 hook and 1 grant, gone-b\? \(y\/N\) /);
  write("kept.yaml", document("kept", 1, "a: {value: 2}"));
  assert.equal((await apply("--prune", "--yes")).code, 1, "a file conflicts");
  write("kept.yaml", "name: kept\n");
  assert.equal((await apply("--prune", "--yes")).code, 3);
  assert.deepEqual(await names(), ["gone-a", "gone-b", "kept"], "nothing was stored, nothing deleted");
});

test("what was agreed to goes with its hooks; active runs are told, and go on", async () => {
  const { client } = engine;
  const { run } = await client.startRun("gone-a", { body: null });
  write("kept.yaml", document("kept", 2, "a: {value: 2}"));
  const done = await typeCommand(home, ["apply", folder, "--prune"], "y\n");
  assert.equal(done.code, 0, done.err);
  assert.match(done.out, /^- gone-a v1 .*\n {4}1 active run goes on to its end$/m);
  assert.match(done.out, /stored kept v2\nstored more v1\ndeleted gone-a.*\ndeleted gone-b; version 2 takes/);
  assert.deepEqual(await names(), ["kept", "more"]);
  const [hook] = (await client.listHooks()).hooks;
  assert.notEqual(hook?.revoked_at, null);
  await client.sendSignal(run, "go", { body: null });
  assert.equal((await client.getRun(run, 20)).status, "completed");
  const again = await apply("--prune");
  assert.deepEqual([again.code, again.err], [0, ""], "there is nothing to agree to");
});

test("a deleted workflow comes back above its highest version only; programs are told by --json", async () => {
  write("gone-a.yaml", document("gone-a", 1, "go: {wait: {signal: go}}"));
  const same = await apply();
  assert.deepEqual([same.code, /^! gone-a v1 {2}was deleted at v1 /m.test(same.out)], [1, true], same.out);
  write("gone-a.yaml", document("gone-a", 2, "a: {value: 1}"));
  rmSync(join(folder, "more.yaml"));
  for (let made = 0; made < 2; made++) await engine.client.createHook("more");
  await engine.client.revokeHook((await engine.client.createHook("more")).id);
  const { code, out } = await apply("--prune", "--yes", "--json");
  const lines = out
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  assert.equal(code, 0);
  assert.deepEqual(
    lines.map(({ name, version, action, status }) => [name, version, action ?? status]),
    [
      ["gone-a", 2, "update"],
      ["kept", 2, "same"],
      ["more", 1, "delete"],
      ["gone-a", 2, "created"],
      ["more", 1, "deleted"],
    ],
  );
  const { active, more_active, used_by, from, hooks, grants } = lines[2];
  assert.deepEqual([active, more_active, used_by, from, hooks, grants], [0, false, [], 1, 2, 0]);
});

test("a version that is put after it was shown is not deleted", async () => {
  const put = (name: string, version: number) =>
    engine.client.putWorkflow(name, document(name, version, "a: {value: 1}"), "yaml");
  for (const name of ["late-a", "late-b"]) await put(name, 1);
  const kept = await typeCommand(home, ["apply", folder, "--prune"], "y\n", () => put("late-b", 2));
  assert.match(kept.out, /deleted late-a; .*\nkept late-b: it is at v2 by now, which nobody was shown\n$/);
  assert.deepEqual([kept.code, await names()], [1, ["gone-a", "kept", "late-b"]]);
});
