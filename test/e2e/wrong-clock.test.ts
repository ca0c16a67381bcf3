// A device whose clock is ahead of the server's by more than a session lasts: it signs in once, not at each request.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { signIn } from "../../src/client/sign-in.ts";
import { runCommand } from "../process/run-command.ts";
import { registerTenant } from "../process/second-tenant.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-clock-"));
const aheadMs = 7_200_000;
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home, { DISPATCHED_REGISTRATION: "open" });
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

test("a client opens one session for many requests, and another when it was ended", async (t) => {
  const device = await registerTenant(engine.url);
  const now = Date.now.bind(Date);
  t.mock.method(Date, "now", () => now() + aheadMs);
  const { client, session } = await signIn(device);
  for (let request = 0; request < 5; request++) await client.listWorkflows();
  const { sessions } = await client.listSessions();
  assert.equal(sessions.length, 1);
  assert.ok(session.expiresAt > now() + aheadMs, "by the clock of the device");
  const { client: other } = await signIn(device);
  await other.signOut(true);
  await client.listWorkflows();
  assert.equal((await client.listSessions()).sessions.length, 1);
});

test("commands share the session that the first of them opened", async () => {
  const ahead = `const now = Date.now; Date.now = () => now() + ${aheadMs};`;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(ahead)}` };
  const away = join(home, "away");
  const made = await runCommand(away, ["init", "--url", engine.url, "--json"], { env });
  assert.equal(made.code, 0, made.err);
  for (let count = 0; count < 3; count++) {
    const listed = await runCommand(away, ["sessions", "list", "--json"], { env });
    assert.equal(listed.out.trim().split("\n").length, 1, listed.out + listed.err);
  }
});
