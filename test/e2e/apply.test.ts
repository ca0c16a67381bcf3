// `workflow validate` and `apply`: what is wrong with a file is found before anything is stored, and what would not be in force is told.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Fate, standInBetween } from "../process/in-between.ts";
import { runCommand, runCommands } from "../process/run-command.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-apply-"));
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

const document = (name: string, version: number, value: string) =>
  `name: ${name}\nversion: ${version}\ntriggers: [{type: http}]\nsteps:\n  a:\n    value: ${value}\n`;
const lua = (text: string) => `{lang: lua, expr: ${JSON.stringify(text)}}`;

/** A folder of its own with these files. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(home, "flows-"));
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const storedOf = async (name: string) =>
  (await runCommand(home, ["workflow", "versions", name, "--json"])).out
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line).version);

test("validate compiles Lua as the server does, and needs none for it", async () => {
  const folder = folderOf({
    "good.yaml": document("good", 1, lua("return 1 + 1")),
    "bad.yaml": document("bad", 1, lua("return 1\nthis is not lua (")),
    "bare.yaml": document("bare", 1, lua("trigger.body")),
  });
  const files = ["good", "bad", "bare"].map((name) => join(folder, `${name}.yaml`));
  const nowhere = { DISPATCHED_URL: "http://127.0.0.1:9", DISPATCHED_TOKEN: "none" };
  const [text, json] = await runCommands(
    home,
    [
      ["workflow", "validate", ...files],
      ["workflow", "validate", ...files, "--json"],
    ],
    nowhere,
  );
  assert.equal(text?.code, 3);
  assert.match(text?.out ?? "", /good\.yaml: valid {2}good v1/);
  assert.match(
    text?.out ?? "",
    /bad\.yaml: 1 problem, it is not valid\n\nerror invalid_lua {2}\S*bad\.yaml:6:\d+\n +6 \| .*this is not lua.*\n +\| +\^+ line 2: /,
  );
  assert.match(text?.out ?? "", /fix {2}a Lua text is the body of a function: begin it with `return`/);
  const lines = (json?.out ?? "").trim().split("\n");
  const told = lines.map((line) => JSON.parse(line));
  assert.deepEqual(
    told.map(({ valid, problems }) => [valid, problems.length]),
    [
      [true, 0],
      [false, 1],
      [false, 1],
    ],
  );
  const put = await runCommand(home, ["workflow", "put", files[1] as string, "--json"]);
  assert.deepEqual(JSON.parse(put.out).problems, told[1].problems, "the server says the same");
});

test("apply stores nothing when the Lua of one file is broken", async () => {
  const folder = folderOf({
    "a.yaml": document("whole-a", 1, "1"),
    "b.yaml": document("whole-b", 1, lua("this is not lua (")),
  });
  for (const options of [[], ["--dry-run"]]) {
    const { code, out } = await runCommand(home, ["apply", folder, ...options]);
    assert.deepEqual([code, /error invalid_lua[\s\S]*b\.yaml/.test(out)], [3, true], out);
  }
  assert.deepEqual(await storedOf("whole-a"), []);
});

test("what only the server finds wrong with a file stops the others, too", async (t) => {
  const folder = folderOf({
    "a.yaml": document("asked-a", 1, "1"),
    "b.yaml": document("asked-b", 1, "1"),
  });
  const place = { pointer: "/name", line: 1, column: 1, length: 4 };
  const problems = [{ code: "unknown_workflow", message: "of another version", fix: null, ...place }];
  const problem = { code: "invalid_document", detail: "the document has 1 problem", problems };
  const between = await standInBetween(engine.url, (line) =>
    line.startsWith("PUT /api/workflows/asked-b") ? { status: 422, body: problem } : "pass",
  );
  t.after(() => between.stop());
  const env = { DISPATCHED_URL: between.url, DISPATCHED_TOKEN: engine.token };
  for (const options of [[], ["--dry-run"]]) {
    const { code, out } = await runCommand(home, ["apply", folder, ...options], { env });
    assert.equal(code, 3, out);
    assert.match(out, /b\.yaml: 1 problem, nothing was stored\n\nerror unknown_workflow/);
  }
  const puts = between.asked.filter((line) => line.startsWith("PUT "));
  assert.ok(puts.length === 4 && puts.every((line) => line.includes("dry_run=true")), puts.join("\n"));
  assert.deepEqual(await storedOf("asked-a"), []);
});

test("what somebody else stores after it was shown is not covered", async (t) => {
  await engine.client.putWorkflow("moved", document("moved", 1, "1"), "yaml");
  const folder = folderOf({
    "moved.yaml": document("moved", 5, "5"),
    "born.yaml": document("born", 5, "5"),
    "mine.yaml": document("mine", 1, "1"),
  });
  const others = ["moved", "born"];
  const between = await standInBetween(engine.url, async (line): Promise<Fate> => {
    const name = others.find((one) => line === `PUT /api/workflows/${one}`);
    if (name !== undefined) await engine.client.putWorkflow(name, document(name, 3, "3"), "yaml");
    return "pass";
  });
  t.after(() => between.stop());
  const env = { DISPATCHED_URL: between.url, DISPATCHED_TOKEN: engine.token };
  const first = await runCommand(home, ["apply", folder, "--prune", "--yes"], { env });
  assert.equal(first.code, 1, first.err);
  for (const name of others) {
    assert.match(first.out, new RegExp(`^kept ${name}: it is at v3 by now, which nobody was shown$`, "m"));
  }
  assert.match(first.out, /^stored mine v1$/m);
  assert.deepEqual(await storedOf("born"), [3]);
  assert.doesNotMatch(first.out, /^deleted/m, "nothing goes while not everything is there");
  const again = await runCommand(home, ["apply", folder], { env: { ...env, DISPATCHED_URL: engine.url } });
  assert.equal(again.code, 0, again.err);
  assert.deepEqual(await storedOf("born"), [5, 3]);
});

test("a file below the version that is in force is an error, stored before or not", async () => {
  for (const version of [1, 2, 4]) {
    const text = document("greet", version, String(version));
    await engine.client.putWorkflow("greet", text, "yaml");
  }
  for (const [version, isStored] of [
    [2, true],
    [3, false],
  ] as const) {
    const folder = folderOf({
      "greet.yaml": document("greet", version, String(version)),
      "new.yaml": document("beside", 1, "1"),
    });
    const [text, json, dry] = await runCommands(home, [
      ["apply", folder],
      ["apply", folder, "--json"],
      ["apply", folder, "--dry-run"],
    ]);
    assert.deepEqual([text?.code, json?.code, dry?.code], [1, 1, 1], `v${version}, stored: ${isStored}`);
    const line = new RegExp(`^< greet v${version} {2}v4 stays in force: raise \`version\` above it`, "m");
    assert.match(text?.out ?? "", line);
    assert.match(text?.out ?? "", new RegExp(`- {5}value: 4\\n {4}\\+ {5}value: ${version}`));
    assert.match(
      text?.err ?? "",
      /the highest version stays in force, and nothing was stored {2}version_conflict/,
    );
    const { action, from } = JSON.parse(json?.out.split("\n")[0] ?? "");
    assert.deepEqual([action, from], ["behind", 4]);
  }
  assert.deepEqual(await storedOf("greet"), [4, 2, 1]);
  assert.deepEqual(await storedOf("beside"), []);
});

test("a file that differs in what nobody sees says in what", async () => {
  const text = document("unseen", 1, "hello");
  await engine.client.putWorkflow("unseen", text, "yaml");
  const windows = text.replaceAll("\n", "\r\n");
  const files = {
    ends: windows,
    both: windows.replace("hello", "hi"),
    some: text.replace("hello\n", "hello\r\n"),
    blanks: text.replace("hello", "hello  "),
    mark: `\ufeff${text}`,
  };
  const folders = Object.values(files).map((file) => folderOf({ "unseen.yaml": file }));
  const done = await runCommands(
    home,
    folders.map((folder) => ["apply", folder]),
  );
  const [ends = "", both = "", some = "", blanks = "", mark = ""] = done.map(({ out }) =>
    out
      .split("\n")
      .filter((line) => /^ {4}/.test(line))
      .join("\n"),
  );
  assert.equal(ends, "    \\ only the line ends differ: stored LF, in the file CRLF");
  assert.equal(some, "    \\ only the line ends differ: stored LF, in the file LF and CRLF");
  assert.match(
    both,
    /^ {4}- {5}value: hello\n {4}\+ {5}value: hi\n {4}\n {4}\\ the line ends differ, too: .*CRLF$/m,
  );
  assert.doesNotMatch(both, /[-+] name/);
  assert.match(blanks, /- {5}value: hello\n {4}\+ {5}value: hello··\n/);
  assert.match(mark, /- name: unseen\n {4}\+ \\ufeffname: unseen\n/);
});
