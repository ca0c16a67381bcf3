// The published package: packed, installed into an empty folder as users do it, and run from there.
//
// Usage: node test/pack/main.ts

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
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
  checkTrace();
  await checkServer();
  checkExports();
  checkDemo();
  console.log(`the package holds ${files.length} files, installs and runs`);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

/** Packs the checkout (which builds it) and returns the paths inside the package. */
function pack(): readonly string[] {
  const packed = run("npm", ["pack", "--pack-destination", temporary], { cwd: root });
  assert.equal(packed.code, 0, packed.output);
  const listed = run("tar", ["-tzf", tarball()]);
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
  const needed = ["LICENSE", "bin/dispatched", "dist/app/main.js", "dist/app/main.js.map"];
  needed.push("dist/app/writer-thread.js", "dist/app/worker.js", "dist/app/parent-watch.js");
  needed.push("dashboard/dist/index.html");
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
  const done = run("npm", ["install", ...flags, tarball()], { cwd: join(temporary, "app") });
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
  const refused = run(executable, ["--version"], { first: [folder] });
  assert.equal(refused.code, 2, refused.output);
  assert.match(refused.output, /Node\.js 22\.18 or later is needed; this is v20\.0\.0/);
  assert.ok(refused.output.trim().split("\n").length <= 2, refused.output);
  assert.throws(() => readFileSync(asked), /ENOENT/, "an old Node was given something of ours to run");
}

/** A trace names the source: whoever tells of one has lines of files that were bundled otherwise. */
function checkTrace(): void {
  const broken = `process.stdout.write = () => { throw new Error("broken") };`;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(broken)}` };
  const ended = run(executable, ["docs", "http_503"], { env });
  assert.notEqual(ended.code, 0);
  assert.match(
    ended.output,
    /Error: broken\n.+ at \S+ \(file:\S+\/dispatched\/src\/cli\/terminal\.ts:\d+:\d+\)/s,
  );
}

/** Threads, the processes of the sandbox with their interpreter, pages, examples: the server finds all of it. */
async function checkServer(): Promise<void> {
  const server = spawn(executable, ["dev", "--port", "0"], { cwd: temporary, env: environment() });
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let output = "";
      const hear = (chunk: Buffer) => {
        output += chunk;
        const ready = /^ready (http\S+)$/m.exec(output)?.[1];
        if (ready !== undefined) resolve(ready);
      };
      server.stdout.on("data", hear);
      server.stderr.on("data", hear);
      server.once("close", () => reject(new Error(`the server has ended\n${output}`)));
    });
    const shown = async (path: string) => (await fetch(new URL(path, url))).text();
    assert.match(await shown("/docs/errors/locked"), /<h1 id="locked"/);
    assert.match(await shown("/"), /<div id="/);
    const templates = run(executable, ["templates", "list", "--json"]);
    assert.match(templates.output, /process-order/);
    const lua = `sum: {expr: "return 1 + 1", lang: lua}`;
    const query = `part: {expr: "$.trigger.body.a", lang: jsonpath}`;
    const value = `steps: {both: {value: {${lua}, ${query}}}}`;
    writeFileSync(
      join(temporary, "both.yaml"),
      `name: both\nversion: 1\ntriggers: [{type: http}]\n${value}\noutput: "{{ steps.both.output }}"\n`,
    );
    const put = run(executable, ["workflow", "put", "both.yaml"]);
    assert.equal(put.code, 0, put.output);
    const ran = run(executable, ["run", "both", "--body", '{"a": 3}', "--follow"]);
    assert.equal(ran.code, 0, ran.output);
    assert.match(ran.output, /"sum": ?2/);
    assert.match(ran.output, /"part": ?3/);
  } finally {
    const ended = new Promise((resolve) => server.once("close", resolve));
    server.kill("SIGTERM");
    await ended;
  }
}

/** What programs import, by the names that the package gives. */
function checkExports(): void {
  const script = `
    const { Client, signIn, verifyRequest } = await import("dispatched/client");
    const language = await import("dispatched/language");
    console.log(typeof Client, typeof signIn, typeof verifyRequest, Object.keys(language).length > 0);`;
  const ran = run(process.execPath, ["--input-type=module", "-e", script], { cwd: join(temporary, "app") });
  assert.deepEqual(ran, { code: 0, output: "function function function true\n" });
}

/** The demo starts, kills and restarts a real engine: processes, threads, SQLite and HTTP, all from the package. */
function checkDemo(): void {
  const demo = run(executable, ["demo"]);
  assert.equal(demo.code, 0, demo.output);
}

interface How {
  readonly cwd?: string;
  /** First on the PATH. */
  readonly first?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command with the Node of this process first on the PATH, and with no trace of the npm that started us. */
function run(command: string, args: readonly string[], how: How = {}): Ended {
  const { cwd = temporary } = how;
  const done = spawnSync(command, args, { cwd, env: environment(how), encoding: "utf8", timeout: 180_000 });
  return {
    code: done.status,
    output: `${done.stdout ?? ""}${done.stderr ?? ""}${done.error?.message ?? ""}`,
  };
}

function environment({ first = [dirname(process.execPath)], env = {} }: How = {}): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(?!config_)/.test(name)),
  );
  const path = [...first, process.env["PATH"] ?? ""].join(delimiter);
  return { ...kept, PATH: path, DISPATCHED_HOME: home, ...env };
}
