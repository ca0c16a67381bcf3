// What comes for a tenant who is not signed in, and what keys and credentials leave behind: planted values are searched for.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { readConfiguration } from "../../src/app/configuration.ts";
import { LineLog } from "../../src/app/line-log.ts";
import { openDispatched } from "../../src/app/open-dispatched.ts";
import type { Client } from "../../src/client/client.ts";
import type { Device } from "../../src/client/device.ts";
import { makeGrant } from "../../src/client/grants.ts";
import { nextPrivateKey, rotateKey } from "../../src/client/rotate-key.ts";
import { signIn } from "../../src/client/sign-in.ts";
import { permitAuditExport } from "../../src/client/tenants.ts";
import { ScriptedService } from "../process/scripted-service.ts";
import { registerTenant } from "../process/second-tenant.ts";
import { startDev } from "../process/start-engine.ts";
import { ended, until } from "../process/until.ts";
import { passDays } from "./claim-stage.ts";
import { findOnDisk } from "./find-on-disk.ts";
import { OpenVault } from "./open-vault.ts";

const plant = (place: string) => `canary-${place}/é"<&`;
/** Names may hold letters only, and a header's value no é, so theirs are plain. */
const planted = {
  hookBody: plant("hook-body"),
  hookHeader: "canary-hook-header",
  keyBody: plant("key-body"),
  largeBody: plant("large-body"),
  idempotencyKey: plant("idempotency"),
  grantBody: plant("grant-body"),
  grantHost: "canary-host.example.com",
  signalBody: plant("signal-body"),
  callbackBody: plant("callback-body"),
  show: plant("show"),
  eventData: plant("event-data"),
  hookWorkflow: "canary-hook-workflow",
  grantWorkflow: "canary-grant-workflow",
  secretName: "CANARY_AUDITED_SECRET",
  allowedHost: "canary-allowed.example.com",
} as const;

const service = new ScriptedService();
let address: string;

before(async () => {
  address = await service.start();
});

after(() => service.stop());

const head = (name: string, mode = "active-run") =>
  `name: ${name}\nversion: 1\nmode: ${mode}\ntriggers: [{type: http}]\n`;
const echo = 'steps: {a: {value: "{{ trigger.body }}"}}\n';

/** A server that can be killed and started again. */
interface Subject {
  url(): string;
  restart(): Promise<void>;
  /** What it has written. */
  output(): string;
}

interface Planted {
  readonly device: Device;
  readonly runs: readonly string[];
  /** What opens things, and stands nowhere whether or not anything is sealed. */
  readonly credentials: Record<string, string>;
  readonly hook: string;
  readonly callback: string;
}

async function setUp({ url }: Subject): Promise<Planted> {
  const device = await registerTenant(url());
  const { client, session } = await signIn(device);
  await client.putSecret(planted.secretName, "short", { allowedHosts: [planted.allowedHost] });
  await client.putWorkflow(planted.hookWorkflow, head(planted.hookWorkflow) + echo, "yaml");
  await client.putWorkflow(planted.grantWorkflow, head(planted.grantWorkflow) + echo, "yaml");
  const events = "name: events\nversion: 1\ntriggers: [{type: event, event: paid}]\n";
  await client.putWorkflow("events", events + echo, "yaml");
  const asks = `${head("asks", "attended")}steps:
  ask:
    request:
      {method: POST, url: "${address}/asks", body: {token: "{{ run.session }}", back: "{{ callback.url }}"}}
    wait: {show: {text: '${planted.show}'}, timeout: 1h}
`;
  await client.putWorkflow("asks", asks, "yaml");
  await client.putWorkflow("told", `${head("told", "attended")}steps: {go: {wait: {signal: go}}}\n`, "yaml");
  const hook = await client.createHook(planted.hookWorkflow);
  const grant = { workflow: planted.grantWorkflow, triggers: ["key"], hosts: [planted.grantHost], days: 1 };
  await makeGrant(device, grant);
  const runs: string[] = [];
  for (const name of ["asks", "told"]) {
    const { run } = await client.startRun(name, { body: null });
    await until(client, run, ({ status }) => status === "waiting");
    runs.push(run);
  }
  const told = service.of("/asks").at(-1)?.body ?? {};
  const callback = new URL(String(told["back"])).pathname;
  const credentials = {
    apiKey: device.apiKey,
    privateKey: device.privateKey,
    session: await session.token(),
    run: String(told["token"]),
    hook: hook.url.replace(/^.*\//, ""),
    permit: await permitAuditExport(device),
  };
  const query = `?session=${credentials.run}`;
  assert.equal((await fetch(`${url()}/api/runs/${runs[0]}${query}`)).status, 200);
  await client.signOut(true);
  return { device, runs, credentials, hook: new URL(hook.url).pathname, callback };
}

/** Of a tenant who is not signed in. */
async function knock({ url }: Subject, { device, runs, hook, callback }: Planted): Promise<void> {
  const key = { "dispatched-key": device.apiKey };
  const send = async (
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>>,
    waits = true,
  ) => {
    const init = { method: "POST", body: JSON.stringify(body) };
    const answer = await fetch(url() + path, {
      ...init,
      headers: { "content-type": "application/json", ...headers },
    });
    assert.equal(answer.status, 202, `${path} ${await answer.clone().text()}`);
    assert.equal(answer.headers.has("dispatched-item"), waits, `${path} waits`);
  };
  await send(hook, { data: planted.hookBody }, { "x-hook": planted.hookHeader });
  const idempotent = { "idempotency-key": encodeURIComponent(planted.idempotencyKey) };
  await send(`/workflows/${planted.hookWorkflow}`, { data: planted.keyBody }, { ...key, ...idempotent });
  const large = { data: planted.largeBody, filler: "x".repeat(70_000) };
  await send(`/workflows/${planted.hookWorkflow}`, large, key);
  await send(`/workflows/${planted.grantWorkflow}`, { data: planted.grantBody }, key, false);
  await send(`/api/runs/${runs[1]}/signal/go`, { data: planted.signalBody }, key);
  await send(callback, { data: planted.callbackBody }, {});
  const event = { specversion: "1.0", id: "1", source: "/shop", type: "paid", data: planted.eventData };
  const cloud = { ...key, "content-type": "application/cloudevents+json" };
  await send("/api/events", event, cloud, false);
}

/** Signs in, lets everything that waits begin, reads all of it, and rotates the key. */
async function settle({ url }: Subject, { device, runs }: Planted, rotates: boolean): Promise<Device> {
  const at = { ...device, url: url(), origin: url() };
  const { client } = await signIn(at);
  while ((await client.listInbox({ state: "waiting" })).items.length > 0) await pause(20);
  for (const run of runs) assert.equal((await ended(client, run)).status, "completed");
  const { items } = await client.listInbox({});
  assert.ok(items.length >= 5 && items.every(({ state }) => state === "started"), JSON.stringify(items));
  await readAll(client);
  if (!rotates) return at;
  const next = await rotateKey(at, { privateKey: nextPrivateKey(), deep: true });
  const { client: again } = await signIn(next);
  while ((await again.showRotation()).rotation?.ended_at == null) await pause(20);
  await readAll(again);
  await again.signOut(true);
  return next;
}

async function readAll(client: Client): Promise<void> {
  await client.listAudit();
  await client.listGrants();
  await client.listHooks();
  for (const { run } of (await client.listInbox({})).items) {
    if (run === null) continue;
    for (const { body } of (await client.getRun(run)).stored) await client.getRunBody(run, body);
  }
}

test("nothing of what waits, is granted, audited, signed in, rotated or destroyed is on the disk or in what is written", async (context) => {
  const home = mkdtempSync(join(tmpdir(), "dispatched-canaries-"));
  const temporary = join(home, "temporary");
  mkdirSync(temporary);
  const start = () => startDev(home, { DISPATCHED_REGISTRATION: "open", TMPDIR: temporary });
  let engine = await start();
  context.after(() => engine.child.kill("SIGKILL"));
  let written = "";
  const kill = async () => {
    engine.child.kill("SIGKILL");
    await engine.ended;
    written += engine.output();
  };
  const subject: Subject = {
    url: () => engine.url,
    restart: async () => {
      await kill();
      engine = await start();
    },
    output: () => written + engine.output(),
  };
  const all = await setUp(subject);
  await subject.restart();
  await knock(subject, all);
  const values = { ...planted, ...all.credentials };
  assert.deepEqual(findOnDisk(home, subject.output(), values), [], "while it waits");
  const next = await settle(subject, all, true);
  const after = { ...values, nextKey: next.privateKey };
  await kill();
  assert.deepEqual(findOnDisk(home, written, after), [], "after a crash");
  const { dataFolder, keysFolder } = readConfiguration({ DISPATCHED_HOME: home });
  await passDays({ dataFolder, keysFolder }, 2);
  assert.deepEqual(findOnDisk(home, written, after), [], "after epochs have gone by");
  rmSync(home, { recursive: true, force: true });
});

test("with sealing off the same search finds every one, and no credential even then", async (context) => {
  const home = mkdtempSync(join(tmpdir(), "dispatched-canaries-off-"));
  const configuration = readConfiguration(
    { DISPATCHED_ALLOWED_RANGES: "127.0.0.0/8", DISPATCHED_HOME: home, DISPATCHED_REGISTRATION: "open" },
    { port: "0" },
  );
  const open = () => openDispatched(configuration, { log: new LineLog("error"), vault: new OpenVault() });
  let server = await open();
  context.after(() => server.close());
  const subject: Subject = {
    url: () => server.url,
    restart: async () => {
      await server.close();
      server = await open();
    },
    output: () => "",
  };
  const all = await setUp(subject);
  await subject.restart();
  await knock(subject, all);
  const waiting = findOnDisk(home, "", planted);
  for (const name of ["hookBody", "keyBody", "signalBody", "callbackBody"] as const)
    assert.ok(waiting.includes(name), `${name} waits in the clear`);
  await settle(subject, all, false);
  assert.deepEqual([...findOnDisk(home, "", planted)].sort(), Object.keys(planted).sort());
  assert.deepEqual(findOnDisk(home, "", all.credentials), []);
  rmSync(home, { recursive: true, force: true });
});
