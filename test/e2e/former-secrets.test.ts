// A secret that is replaced or deleted while a run waits: the value that was sent is masked in what comes back later.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ScriptedService } from "../process/scripted-service.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { allEvents, ended, until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-former-"));
const service = new ScriptedService();
let engine: EngineUnderTest;
let address: string;

before(async () => {
  address = await service.start();
  engine = await startDev(home);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.stop();
  rmSync(home, { recursive: true, force: true });
});

const old = "the-value-that-was-sent";
const newer = "the-value-that-came-next";

async function started(name: string, step: string): Promise<string> {
  const { client } = engine;
  await client.putSecret("CBK", old);
  const document = `name: ${name}\nversion: 1\ntriggers: [{type: http}]\nsteps: {call: ${step}}`;
  await client.putWorkflow(name, document, "yaml");
  const { run } = await client.startRun(name, { body: null });
  return run;
}

async function recorded(run: string): Promise<string> {
  assert.equal((await ended(engine.client, run)).status, "completed");
  const text = JSON.stringify([await engine.client.getRun(run), await allEvents(engine.client, run)]);
  assert.match(text, /heard/);
  return text;
}

for (const [name, change] of [
  ["replaced", () => engine.client.putSecret("CBK", newer)],
  ["deleted", () => engine.client.deleteSecret("CBK")],
  ["replaced-twice", () => engine.client.putSecret("CBK", newer)],
] as const) {
  test(`a callback gives the value back after it was ${name}`, async () => {
    const request = `{method: POST, url: "${address}/${name}", headers: {x-k: "{{ secrets.CBK }}"}, body: {to: "{{ callback.url }}"}}`;
    const run = await started(name, `{request: ${request}, wait: {timeout: 1h}}`);
    await until(engine.client, run, ({ status }) => status === "waiting");
    await change();
    if (name === "replaced-twice") {
      await engine.client.putSecret("CBK", "a-third-value-of-it");
      await engine.client.deleteSecret("CBK");
    }
    const [asked] = service.of(`/${name}`);
    assert.equal(asked?.headers["x-k"], old);
    const answer = await fetch(String(asked?.body["to"]), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ heard: `it was ${old}` }),
    });
    assert.ok(answer.ok);
    assert.ok(!(await recorded(run)).includes(old));
  });
}

test("a poll gives the value back after it was replaced", async () => {
  const { client } = engine;
  service.scripts.set("/polled", async ({ headers }) => {
    const isFirst = service.of("/polled").length === 1;
    if (isFirst) await client.putSecret("CBK", newer);
    return [200, isFirst ? { busy: true } : { busy: false, heard: [old, headers["x-k"]] }];
  });
  const request = `{method: GET, url: "${address}/polled", headers: {x-k: "{{ secrets.CBK }}"}}`;
  const poll = `{while: "steps.call.response.body.busy", every: 1s}`;
  const run = await started("polled", `{request: ${request}, response: {poll: ${poll}}}`);
  const text = await recorded(run);
  for (const value of [old, newer]) assert.ok(!text.includes(value), value);
  const { secrets } = await client.listSecrets();
  assert.equal(secrets.find(({ name }) => name === "CBK")?.version, 10, "nothing else raises the version");
});
