// The command line from outside: exit codes, JSON, pipes, errors that say what to do.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { LedgerService } from "../process/ledger-service.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const executable = join(import.meta.dirname, "../../bin/dispatched");
const home = mkdtempSync(join(tmpdir(), "dispatched-cli-"));
const service = new LedgerService({ refuses: 0, slowestMs: 1 });
let engine: EngineUnderTest;
let address: string;

before(async () => {
  address = await service.start();
  engine = await startDev(home);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.stop();
  rmSync(home, { recursive: true, force: true });
});

interface Done {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function dispatched(args: readonly string[], input = "", env: Record<string, string> = {}): Promise<Done> {
  const child = spawn(executable, args, { env: { ...process.env, DISPATCHED_HOME: home, ...env } });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk;
  });
  child.stdin.end(input);
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, out, err })));
}

function write(name: string, text: string): string {
  const path = join(home, name);
  writeFileSync(path, text);
  return path;
}

const document = () => `name: hello
version: 1
description: Says hello.
triggers: [{type: http}]
labels: {who: "{{ trigger.body.who }}"}
steps:
  greet:
    request: {method: POST, url: "${address}/greet", headers: {x-key: "{{ secrets.KEY }}"}}
output: "hello {{ trigger.body.who }}"
`;

test("version and help need no server", async () => {
  assert.match((await dispatched(["--version"])).out, /^\d+\.\d+\.\d+\n$/);
  const help = await dispatched(["runs", "list", "--help"]);
  assert.equal(help.code, 0);
  assert.match(help.out, /Examples:/);
});

test("an unknown command or option is a usage error", async () => {
  assert.equal((await dispatched(["rnu"])).code, 2);
  assert.equal((await dispatched(["status", "--nope"])).code, 2);
});

test("status and token", async () => {
  const status = await dispatched(["status"]);
  assert.equal(status.code, 0);
  assert.match(status.out, /^ready {2}http:/);
  assert.equal((await dispatched(["token"])).out.trim(), engine.token);
  assert.equal(statSync(join(home, "credentials.json")).mode & 0o777, 0o600);
});

test("from a file to a finished run", async () => {
  const put = await dispatched(["workflow", "put", write("hello.yaml", document())]);
  assert.deepEqual([put.code, put.out], [0, "hello v1\n"]);
  assert.match((await dispatched(["workflow", "put", join(home, "hello.yaml")])).out, /was there already/);
  assert.equal((await dispatched(["workflow", "get", "hello"])).out, document());
  assert.match((await dispatched(["workflow", "list"])).out, /hello +v1 .* Says hello\./);

  assert.equal((await dispatched(["secret", "set", "KEY"], "s3cr3t-value\n")).code, 0);
  const listed = await dispatched(["secret", "list", "--json"]);
  assert.deepEqual([JSON.parse(listed.out).name, JSON.parse(listed.out).version], ["KEY", 1]);

  const run = await dispatched(["run", "hello", "--body", '{"who":"ann"}']);
  assert.equal(run.code, 0);
  assert.match(run.out, /"hello ann"/);
  const followed = await dispatched(["run", "hello", "--body", "-", "--follow"], '{"who":"bob"}');
  assert.match(followed.out, /^run_\w+ {2}hello v1\nhttp:/);
  assert.match(followed.out, /succeeded greet +200 /);
  const esc = String.fromCharCode(27);
  assert.ok(!followed.out.includes(esc), "no colours in a pipe");

  const found = await dispatched(["runs", "list", "--label", "who=ann", "--json"]);
  const { id } = JSON.parse(found.out);
  assert.equal(JSON.parse((await dispatched(["runs", "get", id, "--json"])).out).status, "completed");
  const events = (await dispatched(["runs", "events", id, "--json"])).out.trim().split("\n");
  assert.equal(JSON.parse(events[0] as string).type, "run.created");
  assert.ok(events.every((line) => !line.includes("s3cr3t-value")));
  assert.equal((await dispatched(["runs", "cancel", id])).code, 1, "it has ended");
  assert.equal((await dispatched(["secret", "delete", "KEY"])).code, 0);
});

test("the exit code is the run's outcome", async () => {
  const failing = `name: failing\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: {value: "x{{ trigger.body.y }}"}}\n`;
  await dispatched(["workflow", "put", write("failing.yaml", failing)]);
  const failed = await dispatched(["run", "failing"]);
  assert.equal(failed.code, 1);
  assert.match(
    failed.out,
    /failed at a after .*\nwhy {3}.*\nnext {2}put a corrected version.*dispatched explain run_/s,
  );
  assert.equal((await dispatched(["run", "nothing"])).code, 5);
  const nowhere = { DISPATCHED_URL: "http://127.0.0.1:29999", DISPATCHED_TOKEN: "x" };
  const unreachable = await dispatched(["runs", "list"], "", nowhere);
  assert.equal(unreachable.code, 8);
  assert.match(unreachable.err, /next {2}start it with `dispatched dev`/);
  const far = await dispatched(["runs", "list"], "", { ...nowhere, DISPATCHED_URL: "https://flows.invalid" });
  assert.equal(far.code, 8);
  assert.match(far.err, /next {2}is the address right, and the server up\?/);
  assert.match(far.err, /docs {2}dispatched docs unreachable/);
  assert.equal((await dispatched(["runs", "list"], "", { DISPATCHED_TOKEN: "wrong" })).code, 4);
  const empty = mkdtempSync(join(tmpdir(), "dispatched-empty-"));
  assert.equal((await dispatched(["status"], "", { DISPATCHED_HOME: empty })).code, 4);
  rmSync(empty, { recursive: true });
});

test("a broken document is shown with its lines, and nothing is stored", async () => {
  const broken = document()
    .replace("steps:", "steps:\n  charge: {value: 1}")
    .replace("request:", "after: [chrage]\n    request:");
  const path = write("broken.yaml", broken);
  for (const command of ["validate", "put"]) {
    const done = await dispatched(["workflow", command, path]);
    assert.equal(done.code, 3);
    assert.match(done.out, /broken\.yaml: 1 problem/);
    assert.match(done.out, /\| {5}after: \[chrage\]\n.*\| +\^\^\^\^\^\^ /);
    assert.match(done.out, /did you mean `charge`/);
  }
  const json = JSON.parse((await dispatched(["workflow", "validate", path, "--json"])).out);
  assert.deepEqual([json.valid, json.problems[0].code, json.problems[0].line], [false, "unknown_step", 9]);
});

test("a second engine on the same data, or on a taken port, says so", async () => {
  const twice = await dispatched(["dev", "--port", "0"]);
  assert.equal(twice.code, 1);
  assert.match(twice.err, /another process uses the data .*data_in_use/);
  const port = new URL(engine.url).port;
  const other = mkdtempSync(join(tmpdir(), "dispatched-other-"));
  const taken = await dispatched(["dev", "--port", port], "", { DISPATCHED_HOME: other });
  assert.match(taken.err, /port_in_use/);
  rmSync(other, { recursive: true });
  assert.match((await dispatched(["dev", "--port", "x"])).err, /invalid_configuration/);
});

test("a secret is never asked for where nobody can type it", async () => {
  const done = await dispatched(["secret", "set", "EMPTY"]);
  assert.equal(done.code, 2);
  assert.match(done.err, /standard input is empty/);
});

test("a secret's value is taken from a file or standard input, never from the command line", async () => {
  const onLine = await dispatched(["secret", "set", "TOLD", "s3cr3t-on-the-line"]);
  assert.equal(onLine.code, 2);
  assert.match(onLine.err, /does not stand on the command line/);
  assert.ok(!onLine.err.includes("s3cr3t-on-the-line"));
  const set = (...args: string[]) => dispatched(["secret", "set", "HELD", ...args], "from standard input");
  const file = write("value.txt", "from a file\n");
  const first = await set(
    "--file",
    file,
    "--allow-host",
    "API.shop.example",
    "--allow-host",
    "*.shop.example:8443",
  );
  assert.equal(first.out, "HELD  version 1  api.shop.example, *.shop.example:8443\n");
  assert.match((await set()).out, /version 2 {2}api\.shop\.example, /);
  assert.equal((await set("--allow-host", "a.example", "--allow-any-host")).code, 2);
  assert.match((await set("--allow-host", "https://a.example/")).err, /is not a host .*invalid_secret/);
  assert.match((await dispatched(["secret", "list"])).out, /HELD +v2 +.* api\.shop\.example, \*\.shop/);
  assert.match((await set("--allow-any-host")).out, /version 3 {2}any host/);
  const short = await dispatched(["secret", "set", "HELD"], "1234");
  assert.match(short.err, /warning: HELD has fewer than 6 characters/);
  await dispatched(["secret", "delete", "HELD"]);
  assert.match((await dispatched(["secret", "delete", "HELD"])).err, /secret_not_found/);
  assert.match((await dispatched(["secret", "list"])).out, /no secrets/);
  assert.match((await set()).out, /version 6 {2}any host/);
  await dispatched(["secret", "delete", "HELD"]);
});
