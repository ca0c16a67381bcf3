// A client that signed out opens no session again, neither by a request nor by a stream that it followed.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { signIn } from "../../src/client/sign-in.ts";
import { secondTenant } from "../process/second-tenant.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-signed-out-"));
const over = { code: "unauthenticated", message: "this session was signed out" };
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home, { DISPATCHED_REGISTRATION: "open" });
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

test("streams and requests of a client that signed out are refused, and no session is left", async () => {
  const { client, device, session } = await secondTenant(engine.url);
  const changes = client.followRuns();
  assert.deepEqual((await changes.next()).value, { type: "reset" });
  const next = assert.rejects(changes.next(), over);
  const [done] = await Promise.allSettled([client.signOut(true), client.listRuns().catch(() => {})]);
  assert.equal(done.status, "fulfilled");
  await next;
  await assert.rejects(client.listRuns(), over);
  await assert.rejects(client.withOptions({ retries: 0 }).signOut(), over);
  await assert.rejects(session.token(), over);
  await assert.rejects(session.renew("dst_sess_other"), over);
  const again = await signIn(device);
  assert.equal((await again.client.listSessions()).sessions.length, 1);
});

test("a session that ended meanwhile is signed out, too, with the tenant's others", async () => {
  const { client, device, token } = await secondTenant(engine.url);
  const other = await signIn(device);
  await other.client.signOut(true);
  await assert.rejects(other.client.showSession(), over);
  const { sessions } = await (await signIn(device)).client.listSessions();
  assert.equal(sessions.length, 1);
  // Its own token is refused by now, so that it signs in once more to end them.
  await client.signOut(true);
  await assert.rejects(client.showSession(), over);
  assert.notEqual(await (await signIn(device)).session.token(), token);
});

test("a sign-out that nothing answered did not happen", async () => {
  const { client, device } = await secondTenant(engine.url);
  const answers = globalThis.fetch;
  globalThis.fetch = () => Promise.reject(new TypeError("fetch failed"));
  try {
    const asked = client.signOut();
    const waits = assert.rejects(client.withOptions({ retries: 0 }).showSession(), { code: "unreachable" });
    await assert.rejects(asked, { code: "unreachable" });
    await waits;
  } finally {
    globalThis.fetch = answers;
  }
  assert.equal((await client.showSession()).tenant, device.tenant);
  await client.signOut();
  await assert.rejects(client.showSession(), over);
});
