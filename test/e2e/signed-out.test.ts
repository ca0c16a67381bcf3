// After the last session has ended the tenant is locked here, and its active runs go on, also over a restart.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { signIn } from "../../src/client/sign-in.ts";
import { ScriptedService } from "../process/scripted-service.ts";
import { registerTenant } from "../process/second-tenant.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { ended } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-signed-out-"));
const service = new ScriptedService();
let address: string;
let engine: EngineUnderTest;

before(async () => {
  address = await service.start();
  engine = await startDev(home, { DISPATCHED_REGISTRATION: "open" });
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.stop();
  rmSync(home, { recursive: true, force: true });
});

const head = (name: string) => `name: ${name}\nversion: 1\ntriggers: [{type: http}]\n`;
const call = (path: string) =>
  `{method: POST, url: "${address}/${path}", headers: {authorization: "{{ secrets.KEY }}"}, body: {run: "{{ run.id }}"}}`;

/** Waits first, then calls with a secret, then has a child do the same. */
async function setUp() {
  const device = await registerTenant(engine.url);
  const { client } = await signIn(device);
  await client.putSecret("KEY", "open sesame");
  const child = `${head("child")}steps: {ask: {request: ${call("child")}}}\noutput: done\n`;
  const parent = `${head("parent")}steps:
  rest: {sleep: 1500ms}
  ask: {after: [rest], request: ${call("parent")}}
  more: {after: [ask], workflow: {name: child}}
output: "{{ steps.more.output }}"
`;
  await client.putWorkflow("child", child, "yaml");
  await client.putWorkflow("parent", parent, "yaml");
  const { run } = await client.startRun("parent", { body: null });
  return { device, client, run };
}

/** Without any session: what the services are asked tells how far it came. */
async function childAsked(count: number): Promise<void> {
  for (let tries = 0; tries < 400 && service.of("/child").length < count; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.equal(service.of("/child").length, count);
}

test("runs go on to their end while nobody is signed in", async () => {
  const { device, client, run } = await setUp();
  await client.signOut(true);
  await childAsked(1);
  assert.equal(service.of("/child")[0]?.headers["authorization"], "open sesame");
  const again = await signIn(device);
  assert.equal((await ended(again.client, run)).output, "done");
});

test("also when the engine is killed and starts again meanwhile", async () => {
  const { device, client, run } = await setUp();
  await client.signOut(true);
  engine.child.kill("SIGKILL");
  await engine.ended;
  engine = await startDev(home, { DISPATCHED_REGISTRATION: "open" });
  await childAsked(2);
  const again = await signIn({ ...device, url: engine.url, origin: engine.url });
  assert.equal((await ended(again.client, run)).output, "done");
});
