// `dev` with its watched folder and its test service, `run --follow` and `runs follow`: lines, exit codes, a restart.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Running, runCommand, startCommand } from "../process/run-command.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-follow-command-"));
const folder = join(home, "workflows");
let dev: Running;
let url: string;
let service: string;

async function startDev(port: string): Promise<void> {
  dev = startCommand(home, ["dev", "--port", port, "--workflows", folder]);
  const ready = /^ready (http\S+)\ntest service (http\S+)\n/m;
  [, url = "", service = ""] = ready.exec(await dev.says(ready)) ?? [];
}

before(() => startDev("0"));

after(async () => {
  dev.child.kill("SIGTERM");
  await dev.done;
  rmSync(home, { recursive: true, force: true });
});

const dispatched = (...args: string[]) => runCommand(home, args);

function write(name: string, lines: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  const text = [`name: ${name}`, "version: 1", "triggers: [{type: http}]", ...lines, ""].join("\n");
  writeFileSync(join(folder, `${name}.yaml`), text);
}

test("the watched folder is stored when it is made, and a file with problems replaces nothing", async () => {
  write("order", [
    "steps:",
    `  charge: {request: {method: POST, url: "${service}/flaky?fails=2"}, retry: {max: 3, delay: 10ms},`,
    `    compensate: {request: {method: POST, url: "${service}/echo"}}}`,
    "  reserve: {after: [charge], strategy: {type: fan_out, over: '{{ [1, 2, 3, 4] }}', concurrency: 2},",
    `    request: {method: POST, url: "${service}/echo"}, compensate: {request: {method: POST, url: "${service}/echo"}}}`,
    `  notify: {after: [reserve], request: {method: POST, url: "${service}/fail?status=409"}}`,
  ]);
  await dev.says(/stored order v1/);
  write("order", ["steps: {a: {after: [b], value: 1}}"]);
  await dev.says(/order\.yaml: 1 problem, what was stored before stays[\s\S]*\^/);
  write("order", ["steps: {a: {value: 1}}"]);
  await dev.says(/version_conflict/);
  assert.match((await dispatched("workflow", "get", "order")).out, /flaky/);
});

test("a file that cannot be read is told once, and the others are stored", async () => {
  symlinkSync(join(home, "later.yaml"), join(folder, "link.yaml"));
  write("beside", ["steps: {a: {value: 1}}"]);
  await dev.says(/stored beside v1/);
  await dev.says(/error \S*link\.yaml cannot be read \(ENOENT\)/);
  write("after", ["steps: {a: {value: 1}}"]);
  const said = await dev.says(/stored after v1/);
  assert.equal(said.match(/link\.yaml cannot be read/g)?.length, 1);
  writeFileSync(
    join(home, "later.yaml"),
    "name: later\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: {value: 1}}\n",
  );
  await dev.says(/stored later v1/);
});

test("what is no regular file, or too large for a document, is left out and told once, and holds up nothing", async () => {
  execFileSync("sh", ["-c", `mkfifo "${join(folder, "pipe.yaml")}"`]);
  symlinkSync("/dev/zero", join(folder, "endless.yaml"));
  writeFileSync(join(folder, "large.yaml"), `# ${"x".repeat(2_000_000)}\n`);
  await dev.says(/error \S*pipe\.yaml is no regular file/);
  await dev.says(/error \S*endless\.yaml is no regular file/);
  await dev.says(/error \S*large\.yaml has 2000003 bytes/);
  write("beyond", ["steps: {a: {value: 1}}"]);
  const said = await dev.says(/stored beyond v1/);
  assert.equal(said.match(/is no regular file/g)?.length, 2);
  const applied = await dispatched("apply", folder, "--dry-run");
  assert.deepEqual([applied.code, applied.out], [2, ""]);
  assert.match(applied.err, /is no regular file/);
  for (const name of ["pipe", "endless", "large"]) rmSync(join(folder, `${name}.yaml`));
});

test("a version below the highest is told not to be in force, wherever it is stored", async () => {
  const versioned = (version: number) =>
    `name: rolled\nversion: ${version}\ntriggers: [{type: http}]\nsteps: {a: {value: 1}}\n`;
  const file = join(home, "rolled.yaml");
  writeFileSync(file, versioned(5));
  assert.equal((await dispatched("workflow", "put", file)).out, "rolled v5\n");
  writeFileSync(file, versioned(2));
  const stays = "v5 is stored and stays in force: raise `version` above it to take its place";
  assert.equal((await dispatched("workflow", "put", file)).out, `rolled v2\n${stays}\n`);
  const told = JSON.parse((await dispatched("workflow", "put", file, "--json")).out);
  assert.deepEqual([told.version, told.status, told.in_force], [2, "same", 5]);
  writeFileSync(join(folder, "rolled.yaml"), versioned(2));
  await dev.says(/\nrolled v2 {2}\S+\n {2}behind {2}v5 is stored/);
  writeFileSync(join(folder, "rolled.yaml"), versioned(3));
  await dev.says(/stored rolled v3 .*\n {2}behind {2}v5 is stored/);
});

test("a followed run tells its address, attempts, items, the call that failed, what was undone, and the verdict", async () => {
  const { code, out } = await dispatched("run", "order", "--follow");
  assert.equal(code, 1);
  const [first, second] = out.split("\n");
  assert.match(first as string, /^run_\w+ {2}order v1$/);
  assert.equal(second, `${url}/runs/${first?.split(" ", 1)[0]}`);
  assert.match(out, /succeeded charge +200 .* 3 attempts\n {4}1 {2}503 .* retried after .*\n {4}2 {2}503 /);
  assert.match(out, /succeeded reserve +4\/4 items .* at most [234] at once/);
  assert.match(
    out,
    /failed +notify +409 .*\n.*409\n {4}POST http.*\/fail\?status=409\n {4}response\.body\.error = "/,
  );
  assert.match(out, /undone +charge/);
  assert.match(out, /undone +reserve +4\/4 items/);
  assert.match(
    out,
    /\nfailed at notify after .* · compensation complete\nwhy .*\nnext {2}dispatched runs rerun run_/,
  );
});

test("the exit code tells a run that timed out, and one that was cancelled", async () => {
  write("short", ["timeout: 1s", "steps: {hold: {wait: {signal: go}}}"]);
  write("long", ["steps: {hold: {wait: {signal: go}}}", "output: '{{ steps.hold.output }}'"]);
  await dev.says(/stored long/);
  await dev.says(/stored short/);
  const short = await dispatched("run", "short", "--follow");
  assert.equal(short.code, 6, short.out);
  assert.match(short.out, /\ntimed out/);
  const long = startCommand(home, ["run", "long", "--follow"]);
  const id = /run_\w+/.exec(await long.says(/waits +hold/))?.[0] as string;
  assert.equal((await dispatched("runs", "cancel", id)).code, 0);
  assert.equal((await long.done).code, 7);
  assert.equal((await dispatched("runs", "follow", id)).code, 7);
  assert.equal((await dispatched("runs", "follow", `${id.slice(0, -2)}zz`)).code, 5);
});

test("Ctrl-C ends the following and not the run", async () => {
  const follower = startCommand(home, ["run", "long", "--follow"]);
  const id = /run_\w+/.exec(await follower.says(/waits +hold/))?.[0] as string;
  follower.child.kill("SIGINT");
  const { code, err } = await follower.done;
  assert.deepEqual([code, err], [130, `the run goes on: dispatched runs follow ${id}\n`]);
  assert.equal(JSON.parse((await dispatched("runs", "cancel", id, "--json")).out).status, "cancelled");
});

test("a follower goes on over a crash and a restart of the server, and says each line once", async () => {
  const follower = startCommand(home, ["run", "long", "--follow"]);
  const id = /run_\w+/.exec(await follower.says(/waits +hold/))?.[0] as string;
  dev.child.kill("SIGKILL");
  await dev.done;
  await startDev(new URL(url).port);
  assert.equal((await dispatched("runs", "signal", id, "go", "--body", "7")).code, 0);
  const { code, out, err } = await follower.done;
  assert.equal(code, 0, err);
  assert.equal(out.match(/waits +hold/g)?.length, 1);
  assert.match(out, /succeeded hold[\s\S]*completed after/);
  assert.match(err, /the connection broke; following on\n$/);
});

test("a run that goes on after a crash finds the test service", async () => {
  write("slow", [
    "steps:",
    `  call: {request: {method: POST, url: "${service}/slow?ms=2000"}, on_crash: retry}`,
  ]);
  await dev.says(/stored slow v1/);
  const follower = startCommand(home, ["run", "slow", "--follow"]);
  const id = /run_\w+/.exec(await follower.says(/run_\w+/))?.[0] as string;
  const attempts = async () =>
    JSON.parse((await dispatched("runs", "get", id, "--json")).out).steps[0].attempts;
  while ((await attempts()) === 0);
  dev.child.kill("SIGKILL");
  await dev.done;
  await startDev(new URL(url).port);
  const { code, out } = await follower.done;
  assert.equal(code, 0, out);
});

test("--json gives an object an event and the run last", async () => {
  const { code, out } = await runCommand(home, ["run", "order", "--follow", "--json"]);
  const told = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(code, 1);
  assert.deepEqual(
    told.slice(0, -1).map(({ seq }) => seq),
    told.slice(0, -1).map((_, index) => index + 1),
  );
  assert.equal(told.at(-1).status, "failed");
});
