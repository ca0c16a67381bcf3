// The doctor and the fresh chain from outside, beside a server and without one.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import Sqlite from "better-sqlite3";
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
  assert.match(dispatched("doctor").out, /old-host is down.*\n?.*engine-key forget-node old-host/s);
  assert.deepEqual(JSON.parse(dispatched("engine-key", "forget-node", "old-host", "--json").out), {
    forgotten: "old-host",
  });
  assert.doesNotMatch(dispatched("doctor").out, /old-host/);
  const told = dispatched("doctor");
  assert.equal(told.code, 0);
  assert.match(told.out, /key file .*engine\.key {2}mode 0400, oldest epoch 1, fits the data/);
});

test("the doctor's exit code says that something must be put right", () => {
  const { code, out } = dispatched("doctor", "--data", join(home, "keys", "data"));
  assert.equal(code, 1);
  assert.match(out, /problem .*lie in each other/);
});
