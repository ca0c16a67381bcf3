// A host that the operator spares, with the real process: a second call waits, says so, and is no attempt while it waits.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { allEvents, ended } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-hosts-"));
const waiting: ServerResponse[] = [];
const service = createServer((_, response) => {
  waiting.push(response);
  service.emit("asked");
});
let engine: EngineUnderTest;

before(async () => {
  service.listen(0, "127.0.0.1");
  await once(service, "listening");
  engine = await startDev(home, { DISPATCHED_HOSTS: "127.0.0.1 concurrency=1 rate=100/100ms" });
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.closeAllConnections();
  service.close();
  rmSync(home, { recursive: true, force: true });
});

test("one call at a time", async () => {
  const { client } = engine;
  const { port } = service.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/`;
  const document = `name: slow\nversion: 1\ntriggers: [{type: http}]\nsteps: {ask: {request: {method: POST, url: "${url}"}}}`;
  await client.putWorkflow("slow", document, "yaml");
  const asked = once(service, "asked");
  const first = await client.startRun("slow", { body: "{}" });
  await asked;
  const second = await client.startRun("slow", { body: "{}" });
  let run = await client.getRun(second.run);
  while (!run.now.includes("held back")) run = await client.getRun(second.run);
  assert.equal(run.now, "ask · held back by 127.0.0.1 (concurrency)");
  assert.equal(waiting.length, 1);
  const next = once(service, "asked");
  waiting[0]?.end();
  await next;
  waiting[1]?.end();
  for (const { run: id } of [first, second]) assert.equal((await ended(client, id)).status, "completed");
  const started = (await allEvents(client, second.run)).filter(({ type }) => type.startsWith("step."));
  assert.deepEqual(
    started.map(({ type }) => type),
    ["step.started", "step.succeeded"],
  );
});
