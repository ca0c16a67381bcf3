// A server whose store cannot be written any more ends by itself, so that whoever watches it starts it again.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startDev } from "../process/start-engine.ts";

const preload = join(import.meta.dirname, "lose-writer.ts");

test("`dispatched dev` ends with code 1 when its store is lost", { timeout: 120_000 }, async (t) => {
  const home = mkdtempSync(join(tmpdir(), "dispatched-lost-writer-"));
  const first = await startDev(home, { NODE_OPTIONS: `--import ${preload}` });
  t.after(() => first.child.kill("SIGKILL"));
  const document = "name: w\nversion: 1\ntriggers: [{type: http}]\nsteps: {go: {wait: {signal: go}}}";
  await first.client.putWorkflow("w", document, "yaml");
  const { run } = await first.client.startRun("w", { body: null });
  // Whoever follows the run keeps a connection open.
  const followed = await fetch(`${first.url}/api/runs/${run}/events`, {
    headers: { "dispatched-session": first.token, accept: "text/event-stream" },
  });
  assert.equal(followed.status, 200);
  first.child.kill("SIGUSR2");
  await first.ended;
  await followed.text().catch(() => {});
  assert.equal(first.child.exitCode, 1, first.output());

  const second = await startDev(home);
  second.child.kill("SIGTERM");
  await second.ended;
  assert.equal(second.child.exitCode, 0, second.output());
  rmSync(home, { recursive: true, force: true });
});
