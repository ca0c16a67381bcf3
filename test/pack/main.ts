// The published package: packed, installed into an empty folder as users do it, and run from there.
//
// Usage: node test/pack/main.ts

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

const root = join(import.meta.dirname, "../..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly version: string;
};
const temporary = mkdtempSync(join(tmpdir(), "dispatched-pack-"));
const home = join(temporary, "home");
const installed = join(temporary, "app/node_modules/dispatched");
const executable = join(temporary, "app/node_modules/.bin/dispatched");

try {
  const files = pack();
  checkFiles(files);
  install();
  checkExecutable();
  checkOldNode();
  checkSandbox();
  checkDocs();
  checkExports();
  checkDemo();
  console.log(`the package holds ${files.length} files, installs and runs`);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

/** Packs the checkout (which builds it) and returns the paths inside the package. */
function pack(): readonly string[] {
  const packed = run("npm", ["pack", "--pack-destination", temporary], root);
  assert.equal(packed.code, 0, packed.output);
  const listed = run("tar", ["-tzf", tarball()], root);
  assert.equal(listed.code, 0, listed.output);
  return listed.output
    .trim()
    .split("\n")
    .map((line) => line.replace(/^package\//, ""));
}

function tarball(): string {
  return join(temporary, `dispatched-${version}.tgz`);
}

function checkFiles(files: readonly string[]): void {
  const needed = ["LICENSE", "bin/dispatched", "dist/cli/main.js"];
  needed.push("dist/store/sqlite/writer-thread.js", "dist/sandbox/worker.js", "dist/sandbox/parent-watch.js");
  needed.push("docs/index.md", "docs/docs.css", "docs/errors/locked.md", "docs/reference/language/steps.md");
  for (const file of [...needed, "examples/process-order/workflow.yaml"]) {
    assert.ok(files.includes(file), `the package lacks ${file}`);
  }
  const unwanted = files.filter((file) => /(?<!\.d)\.ts$|\.test\.|^src\/|^test|-contract/.test(file));
  assert.deepEqual(unwanted, [], "the package holds what users do not need");
}

function install(): void {
  mkdirSync(join(temporary, "app"));
  writeFileSync(join(temporary, "app/package.json"), "{}\n");
  const flags = ["--prefer-offline", "--no-audit", "--no-fund", "--omit=dev", "--loglevel=error"];
  const done = run("npm", ["install", ...flags, tarball()], join(temporary, "app"));
  assert.equal(done.code, 0, done.output);
}

function checkExecutable(): void {
  assert.deepEqual(run(executable, ["--version"]), { code: 0, output: `${version}\n` });
  const help = run(executable, ["--help"]);
  assert.equal(help.code, 0, help.output);
  assert.match(help.output, /Usage: dispatched/);
  const example = join(installed, "examples/process-order/workflow.yaml");
  const valid = run(executable, ["workflow", "validate", example]);
  assert.equal(valid.code, 0, valid.output);
  const page = run(executable, ["docs", "http_503"]);
  assert.match(page.output, /^# http_status\n/, page.output);
  const unknown = run(executable, ["no-such-command"]);
  assert.notEqual(unknown.code, 0, "a command that does not exist ends well");
}

/** An old Node is named and nothing else is asked of it: a stand-in that reports whatever it is given to run. */
function checkOldNode(): void {
  const folder = join(temporary, "old-node");
  mkdirSync(folder);
  const asked = join(folder, "asked");
  // The version test itself is answered with the exit code of a Node that is too old.
  writeFileSync(
    join(folder, "node"),
    `#!/bin/sh\ncase "$1" in\n  --version) echo v20.0.0 ;;\n  -e) exit 1 ;;\n  *) echo "$@" >>"${asked}" ;;\nesac\n`,
  );
  chmodSync(join(folder, "node"), 0o755);
  const refused = run(executable, ["--version"], temporary, [folder]);
  assert.equal(refused.code, 2, refused.output);
  assert.match(refused.output, /Node\.js 22\.18 or later is needed; this is v20\.0\.0/);
  assert.ok(refused.output.trim().split("\n").length <= 2, refused.output);
  assert.throws(() => readFileSync(asked), /ENOENT/, "an old Node was given something of ours to run");
}

/** The sandbox finds its process and its interpreter among the installed packages. */
function checkSandbox(): void {
  const script = `
    const { SandboxPool } = await import(process.argv[1]);
    const pool = new SandboxPool();
    const lua = { lang: "lua", source: "return a + 1", context: { a: 1 }, now: 0 };
    console.log(JSON.stringify(await pool.evaluate("ten_1", [lua, { ...lua, lang: "jsonpath", source: "$.a" }])));`;
  const module = join(installed, "dist/sandbox/sandbox-pool.js");
  const ran = run(process.execPath, ["--input-type=module", "-e", script, module]);
  assert.deepEqual(ran, { code: 0, output: '[{"ok":true,"value":2},{"ok":true,"value":1}]\n' });
}

/** The pages are found among the installed files. */
function checkDocs(): void {
  const script = `
    const { docFiles } = await import(process.argv[1]);
    const { renderMarkdown } = await import(process.argv[2]);
    const files = docFiles();
    console.log(renderMarkdown(files, files.pages.get("errors/locked")).slice(0, 12));`;
  const modules = ["doc-files", "render-markdown"].map((name) =>
    join(installed, `dist/server/docs/${name}.js`),
  );
  const ran = run(process.execPath, ["--input-type=module", "-e", script, ...modules]);
  assert.deepEqual(ran, { code: 0, output: '<h1 id="lock\n' });
}

/** What programs import, by the names that the package gives. */
function checkExports(): void {
  const script = `
    const { Client, signIn, verifyRequest } = await import("dispatched/client");
    const language = await import("dispatched/language");
    console.log(typeof Client, typeof signIn, typeof verifyRequest, Object.keys(language).length > 0);`;
  const ran = run(process.execPath, ["--input-type=module", "-e", script], join(temporary, "app"));
  assert.deepEqual(ran, { code: 0, output: "function function function true\n" });
}

/** The demo starts, kills and restarts a real engine: processes, threads, SQLite and HTTP, all from the package. */
function checkDemo(): void {
  const demo = run(executable, ["demo"]);
  assert.equal(demo.code, 0, demo.output);
}

/** Runs a command with the Node of this process first on the PATH, and with no trace of the npm that started us. */
function run(
  command: string,
  args: readonly string[],
  cwd = temporary,
  first = [dirname(process.execPath)],
): Ended {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(?!config_)/.test(name)),
  );
  env["PATH"] = [...first, process.env["PATH"] ?? ""].join(delimiter);
  env["DISPATCHED_HOME"] = home;
  const done = spawnSync(command, args, { cwd, env, encoding: "utf8", timeout: 180_000 });
  return {
    code: done.status,
    output: `${done.stdout ?? ""}${done.stderr ?? ""}${done.error?.message ?? ""}`,
  };
}
