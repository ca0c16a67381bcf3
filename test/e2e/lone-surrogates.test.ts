// Half of a surrogate pair, which JSON may bring and UTF-8 has no form for: a text like any other, wherever a text is looked for.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ScriptedService } from "../process/scripted-service.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { ended, until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-lone-surrogates-"));
const service = new ScriptedService();
let engine: EngineUnderTest;
const body = '{"t": "\\ud83d cut"}';

before(async () => {
  const address = await service.start();
  service.scripts.set("/cut", () => [200, { t: "\ud83d cut" }]);
  engine = await startDev(home);
  await put("labelled", 'labels: {text: "{{ trigger.body.t }}"}\nsteps: {a: {value: 1}}');
  await put("parent", 'steps: {a: {workflow: {name: labelled, body: "{{ trigger.body }}"}}}');
  await put(
    "waits",
    `steps:
  get: {request: {method: POST, url: "${address}/cut"}}
  told: {after: [get], wait: {event: paid, subject: "{{ steps.get.output.t }}", timeout: 1h}}`,
  );
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.stop();
  rmSync(home, { recursive: true, force: true });
});

function put(name: string, rest: string) {
  const document = `name: ${name}\nversion: 1\ntriggers: [{type: http}]\n${rest}\n`;
  return engine.client.putWorkflow(name, document, "yaml");
}

for (const workflow of ["labelled", "parent"]) {
  test(`${workflow}: a label of it`, async () => {
    const { run } = await engine.client.startRun(workflow, { body });
    assert.equal((await ended(engine.client, run)).status, "completed");
  });
}

test("a wait whose subject is of it waits, and can be cancelled", async () => {
  const { run } = await engine.client.startRun("waits", { body: null });
  await until(engine.client, run, ({ status }) => status === "waiting");
  await engine.client.cancelRun(run, false);
  assert.equal((await ended(engine.client, run)).status, "cancelled");
});

test("a hook takes it", async () => {
  const { url } = await engine.client.createHook("labelled");
  const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  assert.equal(answer.status, 202, await answer.text());
});

test("an event whose attributes have it is refused, since they are no text", async () => {
  for (const attribute of ["id", "type", "subject"]) {
    const event = { specversion: "1.0", id: "1", source: "shop", type: "paid", [attribute]: "\ud83d" };
    await assert.rejects(
      engine.client.putEvent(JSON.stringify(event)),
      (error: { code: string; message: string }) => {
        assert.deepEqual(
          [error.code, /half of a surrogate pair/.test(error.message)],
          ["invalid_event", true],
        );
        return true;
      },
    );
  }
});
