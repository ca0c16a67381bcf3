// Nothing that a tenant wrote stands in the clear: planted values are searched for in every byte of the disk and the logs.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readConfiguration } from "../../src/app/configuration.ts";
import { LineLog } from "../../src/app/line-log.ts";
import { openLocal } from "../../src/app/open-local.ts";
import { Client } from "../../src/client/client.ts";
import { readKeyText } from "../../src/handshake/key-text.ts";
import { nobleSuite } from "../../src/handshake/noble-suite.ts";
import { wrappingKeyOf } from "../../src/handshake/tenant-keys.ts";
import { filesIn, findOnDisk } from "../claim/find-on-disk.ts";
import { OpenVault } from "../claim/open-vault.ts";
import { localSession } from "../process/local-session.ts";
import { startDev } from "../process/start-engine.ts";
import { ended, until } from "../process/until.ts";

const plant = (place: string) => `canary-${place}/é"<&`;
/** Where each is planted. Names may hold letters only, so theirs are plain. */
const planted = {
  body: plant("body"),
  header: "canary-header",
  stepName: "canary_step_name",
  workflowName: "canary-workflow-name",
  url: "canary-url",
  label: plant("label"),
  secret: plant("secret"),
  secretName: "CANARY_SECRET_NAME",
  answer: plant("answer"),
  errorBody: plant("error"),
  undo: plant("undo"),
  item: plant("item"),
  signal: plant("signal"),
  signalName: "canary-signal-name",
  eventType: "canary.event.type",
  eventData: plant("event-data"),
  eventSubject: plant("event-subject"),
  slotKey: plant("slot-key"),
  childBody: plant("child-body"),
  lua: "canary lua text",
  scheduleBody: plant("schedule-body"),
} as const;

function startService(): Promise<{ readonly url: string; stop(): void }> {
  const server = createServer((request, response) => {
    request.resume();
    const bad = request.url?.endsWith("/fail") === true;
    response.writeHead(bad ? 422 : 200, { "content-type": "application/json", "x-echo": planted.header });
    response.end(
      JSON.stringify({ id: bad ? planted.errorBody : planted.answer, key: request.headers["x-key"] }),
    );
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${planted.url}`;
      resolve({
        url,
        stop: () => {
          server.closeAllConnections();
          server.close();
        },
      });
    });
  });
}

function document(service: string, version: number, failing: boolean): string {
  return JSON.stringify({
    name: planted.workflowName,
    version,
    triggers: [{ type: "http" }],
    labels: { who: planted.label },
    steps: {
      [planted.stepName]: {
        request: {
          method: "POST",
          url: `${service}/ok`,
          headers: { "x-one": planted.header, "x-key": `{{ secrets.${planted.secretName} }}` },
          body: { data: "{{ trigger.body.data }}" },
        },
        compensate: { request: { method: "POST", url: `${service}/undo`, body: { why: planted.undo } } },
      },
      last: {
        after: [planted.stepName],
        request: { method: "POST", url: `${service}/${failing ? "fail" : "ok"}` },
      },
    },
    output: `{{ steps.${planted.stepName}.output }}`,
  });
}

/** Items, waits, a child, a place by key, Lua, and the triggers. */
function otherDocument(service: string): string {
  const call = { method: "POST", url: `${service}/ok`, body: "{{ item }}" };
  return JSON.stringify({
    name: "other",
    version: 1,
    triggers: [
      { type: "http" },
      { type: "event", event: planted.eventType },
      { type: "cron", schedule: "0 0 1 1 *", body: planted.scheduleBody },
    ],
    concurrency: { key: planted.slotKey, limit: 1 },
    steps: {
      items: { request: call, strategy: { type: "fan_out", over: [planted.item] } },
      told: { wait: { signal: planted.signalName } },
      shipped: { wait: { event: planted.eventType, subject: planted.eventSubject } },
      lua: { value: { expr: `return "${planted.lua}"`, lang: "lua" } },
      child: { workflow: { name: "child", body: planted.childBody } },
    },
  });
}

async function exerciseOthers(client: Client, service: string): Promise<void> {
  const child = { name: "child", version: 1, triggers: [], steps: { a: { value: "{{ trigger.body }}" } } };
  await client.putWorkflow("child", JSON.stringify(child), "json");
  await client.putWorkflow("other", otherDocument(service), "json");
  const first = await client.startRun("other", { body: null });
  const second = await client.startRun("other", { body: null });
  for (const { run } of [first, second]) {
    await client.sendSignal(run, planted.signalName, {
      body: JSON.stringify(planted.signal),
      idempotencyKey: plant("signal-key"),
    });
  }
  for (const [index, { run }] of [first, second].entries()) {
    // The second may have taken the event of the first: a wait looks back a little.
    await until(client, run, (found) => found.steps[2]?.phase === "wait" || found.ended_at !== null);
    const event = { specversion: "1.0", id: String(index), source: "/shop", type: planted.eventType };
    await client.putEvent(
      JSON.stringify({ ...event, subject: planted.eventSubject, data: planted.eventData }),
    );
    assert.equal((await ended(client, run)).status, "completed");
  }
}

/** A success, a failure that is undone, and a run that a crash cuts off. */
async function exercise(client: Client, service: string): Promise<void> {
  await client.putSecret(planted.secretName, planted.secret);
  for (const [version, failing] of [
    [1, false],
    [2, true],
  ] as const) {
    await client.putWorkflow(planted.workflowName, document(service, version, failing), "json");
    const body = JSON.stringify({ data: planted.body });
    const { run } = await client.startRun(planted.workflowName, {
      body,
      idempotencyKey: plant(`key${version}`),
    });
    const found = await client.getRun(run, 20);
    assert.equal(found.status, failing ? "failed" : "completed");
    assert.equal(found.compensation, failing ? "complete" : null);
  }
  await exerciseOthers(client, service);
}

test("sealed: no planted value is found on the disk, in the WAL or in what the process writes, also after a crash", async () => {
  const home = mkdtempSync(join(tmpdir(), "dispatched-sealed-"));
  const service = await startService();
  const engine = await startDev(home);
  await exercise(engine.client, service.url);
  void engine.client
    .startRun(planted.workflowName, { body: JSON.stringify({ data: planted.body }) })
    .catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 10));
  engine.child.kill("SIGKILL");
  await engine.ended;
  assert.ok(
    filesIn(home).some((file) => file.endsWith("-wal")),
    "the WAL is searched too",
  );
  assert.deepEqual(findOnDisk(home, engine.output(), planted), []);
  const { api_key, private_key, session } = localSession(home).entry;
  const credentials = { api_key, private_key, token: session?.token ?? "" };
  assert.deepEqual(findOnDisk(home, engine.output(), credentials), []);
  const wrappingKey = Buffer.from(wrappingKeyIn(home));
  const raw = ["latin1", "hex", "base64", "base64url"] as const;
  const everything = Buffer.concat(filesIn(home).map((file) => readFileSync(file)));
  for (const form of raw)
    assert.ok(!everything.includes(Buffer.from(wrappingKey.toString(form), "latin1")), form);
  service.stop();
  rmSync(home, { recursive: true, force: true });
});

/** The key that opens all of the local tenant's data. */
function wrappingKeyIn(home: string): Uint8Array {
  const { tenant, generation, private_key } = localSession(home).entry;
  const key = readKeyText(nobleSuite, "private", private_key);
  assert.ok(key.ok);
  return wrappingKeyOf(nobleSuite, key.bytes, { tenant, generation });
}

test("with sealing off the same search finds every planted value", async () => {
  const home = mkdtempSync(join(tmpdir(), "dispatched-unsealed-"));
  const service = await startService();
  const configuration = readConfiguration({ DISPATCHED_HOME: home }, { port: "0" });
  const dispatched = await openLocal(configuration, { log: new LineLog("error"), vault: new OpenVault() });
  await exercise(new Client(dispatched.url, dispatched.local.token), service.url);
  await dispatched.close();
  assert.deepEqual([...findOnDisk(home, "", planted)].sort(), Object.keys(planted).sort());
  service.stop();
  rmSync(home, { recursive: true, force: true });
});
