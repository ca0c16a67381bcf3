// Addresses with a token in them: the token is judged before a body is read, and how often one is asked is bounded.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ScriptedService } from "../process/scripted-service.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-token-first-"));
const service = new ScriptedService();
let engine: EngineUnderTest;

before(async () => {
  const address = await service.start();
  engine = await startDev(home, { DISPATCHED_RATE_LIMIT: "300/3600s" });
  const document = (name: string, steps: string) =>
    engine.client.putWorkflow(name, `name: ${name}\nversion: 1\ntriggers: [{type: http}]\n${steps}`, "yaml");
  await document("greet", "steps: {hello: {value: 1}}");
  await document(
    "asks",
    `steps: {ask: {request: {method: POST, url: "${address}/ask", body: {answer: "{{ callback.url }}"}}, wait: {timeout: 1h}}}`,
  );
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.stop();
  rmSync(home, { recursive: true, force: true });
});

/** The status line of the answer to a head whose body never comes. */
async function answeredEarly(path: string): Promise<string> {
  const { hostname, port, host } = new URL(engine.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n{`,
  );
  const [chunk] = (await once(socket, "data", { signal: AbortSignal.timeout(10_000) })) as [Buffer];
  socket.destroy();
  return chunk.toString("latin1").split("\r\n", 1)[0] ?? "";
}

async function callbackOf(): Promise<string> {
  const { run } = await engine.client.startRun("asks", { body: null });
  await until(engine.client, run, ({ steps }) => steps[0]?.phase === "wait");
  return String(service.of("/ask").at(-1)?.body["answer"]);
}

test("an address that nobody has is told so before its body has come", async () => {
  const { url } = await engine.client.createHook("greet");
  const hook = new URL(url).pathname;
  const callback = new URL(await callbackOf()).pathname;
  for (const path of [`${hook.slice(0, -4)}AAAA`, `${callback.slice(0, -4)}0000`]) {
    assert.equal(await answeredEarly(path), "HTTP/1.1 404 Not Found", path);
  }
});

test("a callback is asked so often in a minute, by whatever method, and others are not held up by it", async () => {
  const [first, second] = [await callbackOf(), await callbackOf()];
  const looks = await Promise.all(Array.from({ length: 60 }, () => fetch(first)));
  assert.deepEqual([...new Set(looks.map(({ status }) => status))], [200]);
  const more = await fetch(first, { method: "POST" });
  assert.equal(more.status, 429);
  assert.equal(((await more.json()) as { readonly code: string }).code, "rate_limited");
  assert.equal(more.headers.get("retry-after"), "1");
  const page = await fetch(first, { headers: { accept: "text/html" } });
  assert.deepEqual([page.status, page.headers.get("content-type")], [429, "text/html; charset=utf-8"]);
  assert.equal(page.headers.get("retry-after"), "1");
  assert.match(page.headers.get("ratelimit") ?? "", /^"callback";r=0;t=/);
  assert.equal(page.headers.get("ratelimit-policy"), '"callback";q=60;w=60');
  assert.equal((await fetch(second)).status, 200);
});

test("what comes to a hook is of its tenant's requests, and leaves no delivery beyond them", async () => {
  const hook = await engine.client.createHook("greet");
  const statuses: number[] = [];
  while (!statuses.includes(429) && statuses.length < 300) {
    statuses.push((await fetch(hook.url, { method: "POST" })).status);
  }
  assert.deepEqual([statuses.includes(202), statuses.at(-1)], [true, 429]);
  await assert.rejects(engine.client.listDeliveries(hook.id), { code: "rate_limited" });
});
