// The doctor and the fresh chain from outside, beside a server and without one.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import Sqlite from "better-sqlite3";
import { runCommand } from "../process/run-command.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { ended } from "../process/until.ts";

const executable = join(import.meta.dirname, "../../bin/dispatched");
const home = mkdtempSync(join(tmpdir(), "dispatched-engine-key-"));
after(() => rmSync(home, { recursive: true, force: true }));

function dispatched(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(executable, args, {
    env: { ...process.env, DISPATCHED_HOME: home },
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}

const errorOf = (text: string) =>
  (JSON.parse(text) as { readonly error: { readonly code: string } }).error.code;

const waiting = `
name: waiting
version: 1
triggers: [{type: http}]
steps:
  told: {wait: {signal: go}}
`;

/** A node that had a copy of the key file. */
function register(node: string, epoch: number): void {
  const database = new Sqlite(join(home, "data", "dispatched.db"));
  database.prepare("INSERT INTO node (name, epoch) VALUES (?, ?)").run(node, epoch);
  database.close();
}

/** What docs/reference/epochs.md says to type when a node does not come back, a list of words each. */
function commandsOfThePage(): readonly (readonly string[])[] {
  const page = readFileSync(join(import.meta.dirname, "../../docs/reference/epochs.md"), "utf8");
  const block = /```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  const lines = block.trim().split("\n");
  return lines.map((line) => line.replace(/#.*/, "").trim().split(/ +/).slice(1));
}

async function stop({ child, ended }: EngineUnderTest): Promise<void> {
  child.kill("SIGTERM");
  await ended;
}

test("a fresh chain is refused beside a server and while runs need the old one, and begins when none does", async () => {
  assert.equal(errorOf(dispatched("engine-key", "reseed", "--json").err), "invalid_configuration");
  const engine = await startDev(home);
  const beside = dispatched("engine-key", "reseed");
  assert.equal(beside.code, 1);
  assert.match(beside.err, /another process uses the data .*\n.*stop it/);
  const seen = JSON.parse(dispatched("doctor", "--json").out);
  assert.deepEqual(seen.key_file.oldest_epoch, 0);
  assert.equal(seen.key_file.fits_data, true);
  assert.equal(seen.keys_apart_from_data, true);
  assert.equal(seen.folders.keys.mode, "0700");
  await engine.client.putWorkflow("waiting", waiting, "yaml");
  const { run } = await engine.client.startRun("waiting", { body: null });
  assert.deepEqual(JSON.parse(dispatched("doctor", "--json").out).epochs.wrapped.runs, 1);
  await stop(engine);
  const files = readdirSync(join(home, "data"));
  assert.match(dispatched("engine-key", "reseed").err, /for 1 active run\..*keys_in_use/s);
  assert.deepEqual(readdirSync(join(home, "data")), files, "looking leaves nothing behind");
  const second = await startDev(home);
  await second.client.cancelRun(run, false);
  await stop(second);
  assert.deepEqual(JSON.parse(dispatched("engine-key", "reseed", "--json").out), { epoch: 1 });
  const again = await startDev(home);
  const { run: other } = await again.client.startRun("waiting", { body: null });
  await again.client.sendSignal(other, "go", { body: "1" });
  assert.equal((await ended(again.client, other)).status, "completed");
  assert.equal((await again.client.getRun(run)).status, "cancelled");
  await stop(again);
  const { epochs } = JSON.parse(dispatched("doctor", "--json").out);
  assert.deepEqual([epochs.living.map((one: { epoch: number }) => one.epoch), epochs.destroyed], [[1], [0]]);
  assert.deepEqual(epochs.nodes, [{ node: "local", oldest_epoch: 1, has_retired_keys: false }]);
  const gone = dispatched("engine-key", "forget-node", "old-host", "--json");
  assert.equal(errorOf(gone.err), "node_not_found");
  assert.match(
    dispatched("engine-key", "forget-node", "local").err,
    /only the node local has the key.*keys_in_use/s,
  );
  register("old-host", 0);
  const [doctor = [], forget = []] = commandsOfThePage();
  assert.match(dispatched(...doctor).out, /old-host is down.*\n?.*engine-key forget-node old-host/s);
  assert.deepEqual(JSON.parse(dispatched(...forget, "--json").out), { forgotten: "old-host" });
  assert.doesNotMatch(dispatched("doctor").out, /old-host/);
  const told = dispatched("doctor");
  assert.equal(told.code, 0);
  assert.match(told.out, /key file .*engine\.key {2}mode 0400, oldest epoch 1, fits the data/);
});

test("the doctor prints every setting that is in force, and no invitation", async () => {
  const invite = "nobody-guesses-this-text";
  const env = {
    DISPATCHED_PORT: "4100",
    DISPATCHED_PUBLIC_URL: "https://flows.example",
    DISPATCHED_REGISTRATION: "invite",
    DISPATCHED_INVITE: invite,
    DISPATCHED_HOSTS: "api.example.com rate=10/1s concurrency=4; *.example.org breaker=5/30s",
    DISPATCHED_SESSION: "30m",
    DISPATCHED_EPOCH_RETENTION: "2d",
    DISPATCHED_RATE_LIMIT: "6000/60s",
    DISPATCHED_ALLOWED_RANGES: "10.1.0.0/16,fd00:1::/32",
    DISPATCHED_TRUSTED_PROXIES: "127.0.0.1,10.2.0.0/16",
    DISPATCHED_HTTP2: "on",
  };
  const [told, plain] = [
    await runCommand(home, ["doctor", "--json"], { env }),
    dispatched("doctor", "--json"),
  ];
  assert.ok(!told.out.includes(invite));
  assert.deepEqual(JSON.parse(told.out).configuration, {
    port: 4100,
    public_url: "https://flows.example",
    registration: "invite",
    hosts: [
      { host: "api.example.com", rate: "10/1s", concurrency: 4, breaker: null },
      { host: "*.example.org", rate: null, concurrency: null, breaker: "5/30s" },
    ],
    session: "30m",
    epoch_retention: "2d",
    rate_limit: "6000/60s",
    allowed_ranges: ["10.1.0.0/16", "fd00:1::/32"],
    trusted_proxies: ["127.0.0.1", "10.2.0.0/16"],
    http2: true,
  });
  const defaults = { hosts: [], session: "1h", epoch_retention: "1d", rate_limit: "600000/60s" };
  assert.deepEqual(JSON.parse(plain.out).configuration, {
    ...defaults,
    ...{ port: 4000, public_url: null, registration: "closed", allowed_ranges: [] },
    ...{ trusted_proxies: [], http2: false },
  });
  const { out } = await runCommand(home, ["doctor"], { env });
  assert.ok(!out.includes(invite));
  const lines = ["port +4100", "public +https://flows.example", "register +invite", "session +lasts 30m"];
  lines.push("epochs +each current for 2d", "limit +6000/60s of a tenant", "http2 +on");
  lines.push("ranges +10.1.0.0/16, fd00:1::/32", "host +api.example.com rate=10/1s concurrency=4");
  lines.push("host +\\*.example.org breaker=5/30s");
  for (const line of lines) assert.match(out, new RegExp(`^${line}$`, "m"));
});

test("the doctor's exit code says that something must be put right", () => {
  const { code, out } = dispatched("doctor", "--data", join(home, "keys", "data"));
  assert.equal(code, 1);
  assert.match(out, /problem .*lie in each other/);
});
