// Rotation and recovery over HTTP: everything stays readable, by the new key alone; sessions and keys of before end.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Client } from "../../src/client/client.ts";
import type { Device } from "../../src/client/device.ts";
import { backUpKey, nextPrivateKey, rotateKey } from "../../src/client/rotate-key.ts";
import { signIn } from "../../src/client/sign-in.ts";
import { generateApiKey } from "../../src/client/tenants.ts";
import { localSession } from "../process/local-session.ts";
import { registerTenant } from "../process/second-tenant.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { allEvents, ended } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-rotation-"));
let engine: EngineUnderTest;
const open = () => startDev(home, { DISPATCHED_REGISTRATION: "open" });

before(async () => {
  engine = await open();
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

async function fill(client: Client): Promise<readonly string[]> {
  const steps = '{said: {value: "{{ trigger.body }}"}}';
  const child = `name: child\nversion: 1\ntriggers: [{type: http}]\nsteps: ${steps}`;
  await client.putWorkflow("child", child, "yaml");
  const parent = `name: parent\nversion: 1
triggers: [{type: http}, {type: event, event: order.paid}, {type: cron, schedule: "0 0 1 1 *"}]
steps: {one: {value: 1}, sub: {workflow: {name: child}}}`;
  await client.putWorkflow("parent", parent, "yaml");
  const waiting = `name: waiting\nversion: 1\ntriggers: [{type: http}]\nsteps: {wait: {wait: {signal: go}}}`;
  await client.putWorkflow("waiting", waiting, "yaml");
  await client.putSecret("API_KEY", "a secret of some length");
  const runs: string[] = [];
  for (let number = 0; number < 5; number++) {
    const { run } = await client.startRun("parent", { body: JSON.stringify({ number }) });
    runs.push((await ended(client, run)).id);
  }
  const { run } = await client.startRun("child", { body: JSON.stringify(`large ${"é".repeat(70_000)}`) });
  runs.push((await ended(client, run)).id);
  return runs;
}

/** All that can be read of the tenant, as text. */
async function read(client: Client, runs: readonly string[]): Promise<string> {
  const parts: unknown[] = [await client.listSecrets(), await client.listSchedules()];
  for (const id of runs) {
    const run = await client.getRun(id);
    parts.push(run, await allEvents(client, id));
    for (const { body } of run.stored) parts.push(await client.getRunBody(id, body));
  }
  for (const name of ["parent", "child", "waiting"]) parts.push(await client.getWorkflow(name));
  return JSON.stringify(parts);
}

/** Each look is a request, which lets the engine go on. */
async function over(client: Client): Promise<void> {
  for (let tries = 0; tries < 2_000; tries++) {
    const { rotation } = await client.showRotation();
    if (rotation !== null && rotation.ended_at !== null) return;
  }
  assert.fail("the rotation does not end");
}

for (const deep of [false, true]) {
  test(`after a rotation${deep ? " that goes deep" : ""} everything is there, for the new key alone`, async () => {
    const device = await registerTenant(engine.url);
    const { client, session } = await signIn(device);
    const runs = await fill(client);
    assert.ok((await client.getRun(runs.at(-1) ?? "")).stored.length > 0, "one has a body that stands apart");
    const waits = (await client.startRun("waiting", { body: "{}" })).run;
    const before = await read(client, runs);
    assert.deepEqual(await client.showRotation(), { generation: 1, rotation: null });
    const token = await session.token();
    const rotated = await rotateKey(device, { privateKey: nextPrivateKey(), deep });
    assert.equal(rotated.generation, 2);
    await assert.rejects(() => askSession(token), { code: "unauthenticated" });
    for (const old of [device, { ...device, generation: 2 }, { ...rotated, generation: 1 }]) {
      await assert.rejects(() => signIn(old), { code: "handshake_refused" });
    }
    const again = (await signIn(rotated)).client;
    assert.equal(await read(again, runs), before, "while it is under way");
    await over(again);
    assert.equal(await read(again, runs), before, "when it is over");
    await again.sendSignal(waits, "go", { body: "{}" });
    assert.equal((await ended(again, waits)).status, "completed");
    assert.equal(
      (await ended(again, (await again.startRun("parent", { body: "{}" })).run)).status,
      "completed",
    );
    await restart();
    const later = (await signIn({ ...rotated, url: engine.url })).client;
    assert.equal(await read(later, runs), before, "after a restart");
    const { generation, rotation } = await later.showRotation();
    assert.deepEqual([generation, rotation?.deep], [2, deep]);
    assert.ok((rotation?.done ?? 0) >= (rotation?.records ?? 1));
  });
}

test("keys alone are enough: which generation they are of, the server tells", async (t) => {
  const device = await registerTenant(engine.url);
  const rotated = await rotateKey(device, { privateKey: nextPrivateKey() });
  const { generation: _, ...keys } = rotated;
  const { client, session } = await signIn(keys);
  assert.equal((await client.showSession()).tenant, device.tenant);
  assert.equal((await client.showRotation()).generation, 2);
  await over(client);
  const again = await rotateKey(keys, { privateKey: nextPrivateKey() });
  assert.equal(again.generation, 3);
  const token = await session.token();
  await assert.rejects(() => session.renew(token), { code: "handshake_refused" }, "the key before it");
  const { generation: __, ...last } = again;
  await assert.rejects(() => signIn({ ...last, apiKey: generateApiKey() }), {
    code: "handshake_refused",
    status: 401,
  });
  const elsewhere = join(home, "elsewhere");
  const other = await startDev(elsewhere);
  t.after(() => {
    other.child.kill("SIGTERM");
    return other.ended;
  });
  const { server_keys: serverKeys } = localSession(elsewhere).entry;
  const untrusted = [
    { ...last, serverKeys },
    { ...last, url: other.url },
  ];
  for (const one of untrusted) await assert.rejects(() => signIn(one), { code: "server_not_trusted" });
  const { client: found } = await signIn(last);
  await over(found);
  await backUpKey(last);
});

test("one rotation follows another", async () => {
  let device = await registerTenant(engine.url);
  const { client } = await signIn(device);
  const runs = await fill(client);
  const before = await read(client, runs);
  for (let generation = 2; generation < 5; generation++) {
    device = await rotateKey(device, { privateKey: nextPrivateKey(), deep: generation === 3 });
    const { client: own } = await signIn(device);
    await over(own);
    assert.equal(await read(own, runs), before);
  }
});

test("a recovery sheet puts a new key in place of a lost one, also after rotations, until another is printed", async () => {
  const device = await registerTenant(engine.url);
  const { client } = await signIn(device);
  const runs = await fill(client);
  const before = await read(client, runs);
  const lost: Device = { ...device, privateKey: nextPrivateKey() };
  const recover = (recoveryKey: string, from: Device) =>
    rotateKey(from, { privateKey: nextPrivateKey(), recoveryKey });
  const first = await backUpKey(device);
  await assert.rejects(() => backUpKey(lost), { code: "handshake_refused" });
  const second = await backUpKey(device);
  await assert.rejects(() => recover(first, lost), { code: "handshake_refused" });
  const rotated = await rotateKey(device, { privateKey: nextPrivateKey() });
  await over((await signIn(rotated)).client);
  const recovered = await recover(second, { ...lost, generation: 2 });
  await assert.rejects(() => signIn(rotated), { code: "handshake_refused" });
  const found = (await signIn(recovered)).client;
  assert.equal(await read(found, runs), before);
  await over(found);
  const again = await recover(second, { ...lost, generation: 3 });
  assert.equal(await read((await signIn(again)).client, runs), before);
});

async function askSession(token: string): Promise<void> {
  const { Client } = await import("../../src/client/client.ts");
  await new Client(engine.url, token).showSession();
}

async function restart(): Promise<void> {
  const port = new URL(engine.url).port;
  engine.child.kill("SIGKILL");
  await engine.ended;
  engine = await startDev(home, { DISPATCHED_REGISTRATION: "open", DISPATCHED_PORT: port });
}
