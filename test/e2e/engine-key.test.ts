// The doctor and the fresh chain from outside, beside a server and without one.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { startDev } from "../process/start-engine.ts";

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

test("a fresh chain is refused beside a server and while there are data, and begins without them", async () => {
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
  engine.child.kill("SIGTERM");
  await engine.ended;
  assert.equal(errorOf(dispatched("engine-key", "reseed", "--json").err), "keys_in_use");
  for (const file of readdirSync(join(home, "data"))) {
    if (file.startsWith("dispatched.db")) rmSync(join(home, "data", file));
  }
  assert.deepEqual(JSON.parse(dispatched("engine-key", "reseed", "--json").out), { epoch: 1 });
  const again = await startDev(home);
  again.child.kill("SIGTERM");
  await again.ended;
  const told = dispatched("doctor");
  assert.equal(told.code, 0);
  assert.match(told.out, /key file .*engine\.key {2}mode 0400, oldest epoch 1, fits the data/);
});

test("the doctor's exit code says that something must be put right", () => {
  const { code, out } = dispatched("doctor", "--data", join(home, "keys", "data"));
  assert.equal(code, 1);
  assert.match(out, /problem .*lie in each other/);
});
