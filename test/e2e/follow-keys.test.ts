// Who signs in by the credentials file follows it: a rotation or another API key on this machine ends no agent.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { changeTenant, readCredentials, type TenantEntry } from "../../src/app/credentials.ts";
import { StoredSession } from "../../src/app/stored-session.ts";
import { Client } from "../../src/client/client.ts";
import { nextPrivateKey } from "../../src/client/rotate-key.ts";
import { runCommand } from "../process/run-command.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-follow-"));
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

async function done(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await runCommand(home, args);
  assert.equal(code, 0, err);
  return out;
}

function entryNow(): TenantEntry {
  const [entry] = readCredentials(home).tenants;
  assert.ok(entry);
  return entry;
}

/** Whether the file has a session that lasts. */
async function isOpen(): Promise<boolean> {
  const { session } = entryNow();
  if (session === null) return false;
  const shown = new Client(engine.url, session.token).showSession();
  return shown.then(
    () => true,
    () => false,
  );
}

for (const change of [
  ["key", "rotate"],
  ["tenant", "new-api-key"],
]) {
  test(`after \`${change.join(" ")}\` who held the keys of before takes those of the file`, async () => {
    const before = entryNow();
    const [agent, login] = [
      new StoredSession(home, before),
      new StoredSession(home, before, { follows: false }),
    ];
    const token = await agent.open();
    await done(...change);
    assert.notDeepEqual([entryNow().private_key, entryNow().api_key], [before.private_key, before.api_key]);
    await assert.rejects(() => login.open(), { code: "handshake_refused" });
    const client = new Client(engine.url, agent);
    assert.equal((await client.showSession()).tenant, before.tenant);
    assert.notEqual(await agent.token(), token);
    assert.equal((await agent.renew(await agent.token()))?.startsWith("dst_sess_"), true, "and later, too");
  });
}

test("`dev` stays signed in over a rotation", async () => {
  // What comes before is of keys that were taken from it.
  const before = engine.output().length;
  await done("key", "rotate");
  await done("logout", "--all");
  // Nobody but its agent signs in from here on.
  for (let looks = 0; !(await isOpen()); looks++) {
    assert.ok(looks < 600, `it signs in no more\n${engine.output()}`);
    await setTimeout(50);
  }
  assert.doesNotMatch(engine.output().slice(before), /agent\.sign_in_failed/);
});

test("keys of before put nothing into the file in the place of a rotation that has begun since", async () => {
  const { tenant, private_key, generation } = entryNow();
  const lost = nextPrivateKey();
  changeTenant(home, tenant, { next_private_key: lost });
  const stale: TenantEntry = {
    ...entryNow(),
    private_key: nextPrivateKey(),
    next_private_key: private_key,
    generation: generation - 1,
  };
  await new StoredSession(home, stale).open();
  const now = entryNow();
  assert.deepEqual([now.private_key, now.generation, now.next_private_key], [private_key, generation, lost]);
});
