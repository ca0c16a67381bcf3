// `workflow graph`, `workflow versions`, `apply` and `docs`: what they say of files, and what they store.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runCommand, runCommands } from "../process/run-command.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-workflow-commands-"));
const folder = join(home, "flows");
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home);
  mkdirSync(join(folder, "deep"), { recursive: true });
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

const dispatched = (...args: string[]) => runCommand(home, args);
const document = (name: string, version: number, value: number) =>
  `name: ${name}\nversion: ${version}\ntriggers: [{type: http}]\nsteps:\n  a: {value: ${value}}\n  b: {after: [a], value: 1}\n`;
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

test("apply shows what differs, stores all or none, and leaves tests of workflows alone", async () => {
  write("one.yaml", document("one", 1, 1));
  write("deep/two.yaml", document("two", 1, 1));
  write("one.test.yaml", "not: a workflow\n");
  const dry = await dispatched("apply", folder, "--dry-run");
  assert.deepEqual([dry.code, dry.out.match(/^\+ \w+ v1 {2}new/gm)?.length], [0, 2]);
  assert.equal((await dispatched("workflow", "list", "--json")).out, "");
  assert.match((await dispatched("apply", folder)).out, /stored two v1\nstored one v1\n$/);

  write("one.yaml", document("one", 2, 7));
  write("deep/two.yaml", document("two", 1, 9));
  const conflict = await dispatched("apply", folder);
  assert.equal(conflict.code, 1);
  assert.match(conflict.out, /! two v1 {2}is stored with other content/);
  assert.match(conflict.err, /version_conflict[\s\S]*raise `version`/);
  write("deep/two.yaml", document("two", 1, 1).replace("after: [a]", "after: [x]"));
  assert.equal((await dispatched("apply", folder)).code, 3);
  assert.match((await dispatched("workflow", "list")).out, /one +v1/, "nothing was stored");

  write("deep/two.yaml", document("two", 1, 1));
  const applied = await dispatched("apply", folder);
  assert.equal(applied.code, 0, applied.err);
  assert.match(applied.out, /= two v1/);
  assert.match(
    applied.out,
    /~ one v1 -> v2 .*\n[\s\S]* {4}- {3}a: \{value: 1\}\n {4}\+ {3}a: \{value: 7\}\n/,
  );
  assert.match(applied.out, /stored one v2\n$/);
  const versions = (await dispatched("workflow", "versions", "one")).out;
  assert.match(versions, /^version .*\nv2 .*\nv1 .*\n$/);
  rmSync(join(folder, "deep/two.yaml"));
  assert.match((await dispatched("apply", folder)).out, /\? two v1 {2}is stored, and in no file: it stays/);
  write("deep/three.yaml", document("one", 3, 1));
  assert.match((await dispatched("apply", folder)).err, /both hold one/);
  assert.equal((await dispatched("apply", join(home, "nowhere"))).code, 2);
});

test("a graph shows each step under the one that it waits for last, and Mermaid's own signs as codes", async () => {
  const diamond = join(home, "diamond.yaml");
  writeFileSync(
    diamond,
    [
      "name: diamond\nversion: 1\ntriggers: [{type: http}]\nsteps:",
      "  end: {request: {method: POST, url: 'https://a.example/{{ trigger.body.x }}'}, retry: {max: 2}}",
      "  left: {after: [end], sleep: 1h}",
      "  right: {after: [left], wait: {signal: go}}",
      "  join: {after: [end, right], join: any, workflow: {name: child, body: {}}}",
      "",
    ].join("\n"),
  );
  const [text, mermaid, json] = await runCommands(home, [
    ["workflow", "graph", diamond],
    ["workflow", "graph", diamond, "--mermaid"],
    ["workflow", "graph", diamond, "--json"],
  ]);
  assert.equal(
    text?.out,
    [
      "diamond v1  http",
      "end            POST https://a.example/{{ trigger.body.x }} · retry 2",
      "└─ left        sleeps 1h",
      "   └─ right    waits for the signal go",
      "      └─ join  runs child · also after end · after any of them",
      "",
    ].join("\n"),
  );
  assert.match(
    mermaid?.out ?? "",
    /flowchart TD\n {2}s0\["end<br\/>POST https:\/\/a\.example\/#123;#123; trigger/,
  );
  assert.match(
    mermaid?.out ?? "",
    /s0 --> s1\n {2}s1 --> s2\n {2}s0 -\. any \.-> s3\n {2}s2 -\. any \.-> s3\n/,
  );
  assert.deepEqual(JSON.parse(json?.out ?? "").steps[3].after, ["end", "right"]);
  assert.match((await dispatched("workflow", "graph", "one", "--version", "1")).out, /^one v1 /);
  assert.equal((await dispatched("workflow", "graph", "nothing")).code, 5);
  assert.equal((await dispatched("workflow", "graph", "nothing.yaml")).code, 2);
});

test("an error names its page, and the page is there", async () => {
  const missing = await dispatched("run", "nothing");
  const name = /docs {2}dispatched docs (\w+)/.exec(missing.err)?.[1] as string;
  const [page, status, wrong, all] = await runCommands(home, [
    ["docs", name],
    ["docs", "http_418"],
    ["docs", "unknwon_step"],
    ["docs", "--json"],
  ]);
  assert.match(page?.out ?? "", /^# workflow_not_found\n/);
  assert.match(status?.out ?? "", /^# http_status\n/);
  assert.equal(wrong?.code, 5);
  assert.match(wrong?.err ?? "", /did you mean `unknown_step`/);
  const names = JSON.parse(all?.out ?? "");
  assert.ok(names.errors.length > 100 && names.reference.includes("cli"));
});

test("of a long line the part around the problem is shown, and tabs before it stay", async () => {
  const path = join(home, "long.json");
  const value = "x".repeat(3_000);
  const steps = `"a": {"value": "${value}"},\t"b": {"after": ["c"], "value": "${value}"}`;
  writeFileSync(path, `{"name": "long", "version": 1, "triggers": [{"type": "http"}], "steps": {${steps}}}`);
  const { out } = await dispatched("workflow", "validate", path);
  const [, source = "", caret = ""] = /\n +1 \| (.*)\n +\| (.*)\n/.exec(out) ?? [];
  const marked = /\^+/.exec(caret);
  assert.ok(source.length <= 100);
  assert.match(source.slice(marked?.index, (marked?.index ?? 0) + (marked?.[0].length ?? 0)), /^"?c"?$/);
  assert.ok(caret.includes("\t"));
  const wide = join(home, "wide.yaml");
  const rest = `steps: {a: {value: "日本 {{ trigger.body.n + 1 }}"}}\n`;
  writeFileSync(wide, `name: wide\nversion: 1\ntriggers: [{type: http}]\n${rest}`);
  const { out: told } = await dispatched("workflow", "validate", wide);
  // Two characters before it take two columns each.
  const [, line = "", under = ""] = /\n +4 \| (.*)\n +\| (.*)\n/.exec(told) ?? [];
  assert.equal(under.indexOf("^"), line.indexOf("+") + 2, told);
});
