// `--limit`: lists of the command line go over as many pages as it takes, and each that is cut says so.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runCommands } from "../process/run-command.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-list-limits-"));
/** Two of them by the hook, two for the bulk actions. */
const made = 207;
const runsMax = 41;
let engine: EngineUnderTest;
let hook: string;

before(async () => {
  engine = await startDev(home);
  const { client } = engine;
  const text = "name: many\nversion: 1\ntriggers: [{type: http}]\nsteps: {hold: {wait: {signal: go}}}\n";
  await client.putWorkflow("many", text, "yaml");
  const failing = text
    .replace("name: many", "name: failing")
    .replace("{wait: {signal: go}}", "{value: 'x{{ trigger.body.y }}'}");
  await client.putWorkflow("failing", failing, "yaml");
  await client.putWorkflow("failing-too", failing.replace("name: failing", "name: failing-too"), "yaml");
  await client.createHook("failing");
  const { id, token } = await client.createHook("many");
  hook = id;
  for (const body of ["1", "2"]) await client.sendToHook(token, { body });
  for (let left = made - 4; left > 0; left -= runsMax) {
    const count = Math.min(runsMax, left);
    await Promise.all(Array.from({ length: count }, () => client.startRun("many", { body: null })));
  }
  for (const name of ["failing", "failing-too"]) {
    const { run } = await client.startRun(name, { body: null });
    await client.getRun(run, 20);
  }
  for (let count = 0; count < 2; count++) {
    const { run } = await client.startRun("many", { body: null });
    await client.beginBulk("pause", { runs: [run] });
  }
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

const linesOf = (out: string | undefined) => (out ?? "").split("\n").filter(Boolean);
const cut = (rows: number) =>
  new RegExp(`these are the first ${rows}, and there are more: narrow the list, or raise --limit`);

test("a limit beyond a page is asked for page by page", async () => {
  const [all, some, json, audit] = await runCommands(home, [
    ["runs", "list", "--workflow", "many", "--limit", "1000"],
    ["runs", "list", "--workflow", "many", "--limit", "203"],
    ["runs", "waits", "--limit", "203", "--json"],
    ["audit", "list", "--limit", "500"],
  ]);
  assert.equal(linesOf(all?.out).length, made + 1, "with the head, and nothing behind");
  assert.equal(new Set(linesOf(all?.out)).size, made + 1, "none twice");
  assert.equal(linesOf(some?.out).length, 203 + 2);
  assert.match(some?.out ?? "", cut(203));
  assert.equal(linesOf(json?.out).length, 203);
  assert.match(json?.err ?? "", cut(203), "people are told beside the JSON");
  assert.doesNotMatch(audit?.out ?? "", /there are more/);
});

test("every list that is cut says so, and takes no limit that is none", async () => {
  await runCommands(home, [
    ["grant", "create", "many"],
    ["grant", "create", "many"],
  ]);
  const lists = [
    ["runs", "list"],
    ["runs", "failures"],
    ["runs", "waits"],
    ["bulk", "list"],
    ["grant", "list"],
    ["hook", "list"],
    ["hook", "deliveries", hook],
    ["audit", "list"],
  ];
  const told = await runCommands(
    home,
    lists.flatMap((list) => [
      [...list, "--limit", "1"],
      [...list, "--limit", "0"],
    ]),
  );
  lists.forEach((list, index) => {
    const [one, none] = told.slice(2 * index);
    assert.match(one?.out ?? "", cut(1), list.join(" "));
    assert.deepEqual([one?.code, none?.code], [0, 2], list.join(" "));
    assert.match(none?.err ?? "", /--limit is a whole number from 1/, list.join(" "));
  });
});
