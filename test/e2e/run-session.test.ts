// `{{ run.session }}`: the service that is called looks at its run and signals it, and can do nothing else.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ScriptedService } from "../process/scripted-service.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { allEvents, ended, until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-run-session-"));
const service = new ScriptedService();
let engine: EngineUnderTest;

before(async () => {
  const address = await service.start();
  engine = await startDev(home);
  const document = `name: asks
version: 1
triggers: [{type: http}]
steps:
  tell:
    request:
      method: POST
      url: "${address}/tell"
      headers: {x-run-token: "{{ run.session }}"}
      body: {run: "{{ run.id }}", link: "at {{ run.session }}"}
  go: {after: [tell], wait: {signal: go, timeout: 1h}}
output: "{{ steps.go.signal.body }}"
`;
  await engine.client.putWorkflow("asks", document, "yaml");
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.stop();
  rmSync(home, { recursive: true, force: true });
});

async function started(): Promise<{ readonly run: string; readonly token: string }> {
  const { run } = await engine.client.startRun("asks", { body: null });
  await until(engine.client, run, ({ status }) => status === "waiting");
  const asked = service.of("/tell").findLast(({ body }) => body["run"] === run);
  const token = String(asked?.headers["x-run-token"]);
  assert.match(token, /^dst_run_[\w-]{43}$/);
  assert.equal(asked?.body["link"], `at ${token}`);
  return { run, token };
}

const ask = (path: string, init: RequestInit = {}) => fetch(`${engine.url}${path}`, init);

test("it opens status and signals of its run, by the header or in the address", async () => {
  const { run, token } = await started();
  const looked = await ask(`/api/runs/${run}`, { headers: { "dispatched-session": token } });
  assert.equal(((await looked.json()) as { status: string }).status, "waiting");
  assert.match(looked.headers.get("dispatched-session") ?? "", /^dst_run_/, "a fresh one comes back");
  assert.equal((await ask(`/api/runs/${run}?session=${token}`)).status, 200);
  const signalled = await ask(`/api/runs/${run}/signal/go?session=${token}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '"went"',
  });
  assert.equal(signalled.status, 202);
  const run1 = await ended(engine.client, run);
  assert.deepEqual([run1.status, run1.output], ["completed", "went"]);
});

test("it opens no other run, and nothing else of its own", async () => {
  const [mine, other] = [await started(), await started()];
  const headers = { "dispatched-session": mine.token };
  const init = { method: "POST", headers };
  const refused = [
    await ask(`/api/runs/${other.run}`, { headers }),
    await ask(`/api/runs/${other.run}/signal/go`, init),
    await ask(`/api/runs/${mine.run}/events`, { headers }),
    await ask(`/api/runs/${mine.run}`, { method: "DELETE", headers }),
    await ask(`/api/runs/${mine.run}/pause`, init),
    await ask("/api/runs", { headers }),
    await ask("/api/session", { headers }),
    await ask("/workflows/asks", init),
    await ask("/api/events", init),
  ];
  assert.deepEqual(new Set(refused.map(({ status }) => status)), new Set([401]));
});

test("it is nowhere recorded, and comes through a restart", async () => {
  const { run, token } = await started();
  const events = JSON.stringify(await allEvents(engine.client, run));
  assert.ok(!events.includes(token) && events.includes("run.session"), events);
  engine.child.kill("SIGKILL");
  await engine.ended;
  engine = await startDev(home);
  assert.equal((await ask(`/api/runs/${run}?session=${token}`)).status, 200);
});

test("elsewhere than in a call it is refused when the document is stored", async () => {
  const places = [
    'steps: {a: {value: "{{ run.session }}"}}',
    'steps: {a: {value: 1}}\noutput: "{{ run.session }}"',
    'steps: {a: {value: {expr: "return run.session", lang: lua}}}',
    "steps: {a: {request: {method: POST, url: 'http://x.example', body: '{{ run.session == 1 }}'}}}",
  ];
  for (const [index, text] of places.entries()) {
    const document = `name: n${index}\nversion: 1\ntriggers: [{type: http}]\n${text}\n`;
    await assert.rejects(engine.client.putWorkflow(`n${index}`, document, "yaml"), {
      code: "invalid_document",
    });
  }
});
