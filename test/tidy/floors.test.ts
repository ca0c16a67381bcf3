// The compiler holds the floors: an upward import, or a name of the world on a pure floor, does not compile.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { root } from "./source-files.ts";

let copy = "";

before(() => {
  copy = mkdtempSync(join(tmpdir(), "dispatched-floors-"));
  cpSync(join(root, "src"), join(copy, "src"), { recursive: true });
  for (const file of ["tsconfig.base.json", "package.json"]) cpSync(join(root, file), join(copy, file));
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
});

after(() => rmSync(copy, { recursive: true, force: true }));

function compile(floor: string, line: string): string {
  const file = join(copy, `src/${floor}/intruder.ts`);
  writeFileSync(file, `// Intrudes.\n${line}\n`);
  const done = spawnSync(join(root, "node_modules/.bin/tsc"), ["-b", `src/${floor}`, "--pretty", "false"], {
    cwd: copy,
    encoding: "utf8",
  });
  rmSync(file);
  return done.stdout;
}

test("without an intruder the pure floors compile", () => {
  assert.equal(compile("engine", "export const nothing = 0;"), "");
});

test("an upward import does not compile", () => {
  const output = compile("value", 'export { decide } from "../run/decide.ts";');
  assert.match(output, /TS6307|not listed within the file list/);
  const sideways = compile("run", 'export { Engine } from "../engine/engine.ts";');
  assert.match(sideways, /TS6307|not listed within the file list/);
  const beside = compile("schedule", 'export { parsePath } from "../language/parse-path.ts";');
  assert.match(beside, /TS6307|not listed within the file list/);
});

test("a pure floor cannot name the world", () => {
  for (const line of [
    'export { readFileSync } from "node:fs";',
    "setTimeout(() => {}, 1);",
    'export const answer = fetch("http://127.0.0.1");',
    "export const folder = process.cwd();",
  ]) {
    const output = compile("run", line);
    assert.match(output, /error TS/, `${line} compiles`);
  }
});

test("every folder of src is a project", () => {
  const config = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8")) as {
    readonly references: readonly { readonly path: string }[];
  };
  const named = config.references.map((reference) => reference.path);
  const folders = readdirSync(join(root, "src"), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  for (const { name: floor } of folders) {
    assert.ok(named.includes(`src/${floor}`), `src/${floor} is not referenced`);
  }
});
