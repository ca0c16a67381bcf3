// Large bodies stand apart from the events of their run: shown as references, read on demand, passed on as they are.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { ended, until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-bodies-"));
const listed = { rows: Array.from({ length: 4_000 }, (_, n) => ({ n, text: `row ${n} é` })), last: "end" };
const bodies = {
  json: { type: "application/json", content: Buffer.from(JSON.stringify(listed)) },
  text: { type: "text/plain; charset=utf-8", content: Buffer.from('line "é😀"\n'.repeat(12_000)) },
  bytes: { type: "application/octet-stream", content: Buffer.alloc(200_000, Buffer.from([0, 255, 7])) },
} as const;
const taken = new Map<string, { readonly digest: string; readonly length: string | undefined }>();
let engine: EngineUnderTest;
let address: string;

const digestOf = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");

async function contentOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const service = createServer((request, response) => {
  const [, what = "", name = ""] = (request.url ?? "").split("/");
  contentOf(request).then((content) => {
    if (what === "make") {
      const { type, content: body } = bodies[name as keyof typeof bodies];
      response.writeHead(200, { "content-type": type }).end(body);
      return;
    }
    taken.set(name, { digest: digestOf(content), length: request.headers["content-length"] });
    response.writeHead(200, { "content-type": "application/json" }).end('{"ok":true}');
  });
});

before(async () => {
  await new Promise<void>((resolve) => {
    service.listen(0, "127.0.0.1", resolve);
  });
  address = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  engine = await startDev(home);
  const make = (name: string) => `{request: {method: GET, url: "${address}/make/${name}"}}`;
  const take = (name: string, body: string) =>
    `{after: [go], request: {method: POST, url: "${address}/take/${name}", ${body}}}`;
  const document = `name: passes
version: 1
triggers: [{type: http}]
steps:
  json: ${make("json")}
  text: ${make("text")}
  bytes: ${make("bytes")}
  go: {after: [json, text, bytes], wait: {signal: go}}
  json_on: ${take("json", 'body: "{{ steps.json.output }}"')}
  text_on: ${take("text", 'text: "{{ steps.text.output }}"')}
  bytes_on: ${take("bytes", 'base64: "{{ steps.bytes.output }}"')}
  quoted: ${take("quoted", 'body: {say: "{{ steps.text.output }}", n: 1}')}
  reads: {after: [go], when: "steps.json.output.last == 'end'", value: "{{ steps.json.output.rows[3999].n }}"}
  lua: {after: [go], value: {expr: "return #steps.json.output.rows", lang: lua}}
output: {json: "{{ steps.json.output }}", text: "{{ steps.text.output }}", bytes: "{{ steps.bytes.output }}"}
`;
  await engine.client.putWorkflow("passes", document, "yaml");
  const echo = `name: echo
version: 1
triggers: [{type: http, respond: {body: "{{ trigger.body }}"}}]
steps: {a: {value: "{{ trigger.body.last }}"}, b: {after: [a], workflow: {name: inner, body: "{{ trigger.body }}"}}}
`;
  await engine.client.putWorkflow("echo", echo, "yaml");
  const inner = `name: inner
version: 1
triggers: []
steps: {a: {value: "{{ trigger.body }}"}}
output: "{{ steps.a.output }}"
`;
  await engine.client.putWorkflow("inner", inner, "yaml");
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.close();
  service.closeAllConnections();
  rmSync(home, { recursive: true, force: true });
});

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { "dispatched-session": engine.token, "content-type": "application/json" };
  return fetch(`${engine.url}${path}`, { ...init, headers });
}

interface Shown {
  readonly output: unknown;
  readonly stored: readonly { readonly pointer: string; readonly kind: string; readonly location: string }[];
  readonly steps: readonly { readonly id: string; readonly output: unknown }[];
}

test("they are passed on as they came, read in part, and shown as references", async () => {
  const { run } = await engine.client.startRun("passes", { body: null });
  await until(engine.client, run, ({ status }) => status === "waiting");
  await engine.client.sendSignal(run, "go", { body: null });
  assert.equal((await ended(engine.client, run)).status, "completed");
  for (const name of ["json", "text", "bytes"] as const) {
    const { content } = bodies[name];
    assert.deepEqual(taken.get(name), { digest: digestOf(content), length: String(content.length) }, name);
  }
  const quoted = Buffer.from(JSON.stringify({ say: bodies.text.content.toString(), n: 1 }));
  assert.equal(taken.get("quoted")?.digest, digestOf(quoted));

  const shown = (await (await ask(`/api/runs/${run}`)).json()) as Shown;
  const outputOf = (id: string) => shown.steps.find((step) => step.id === id)?.output;
  assert.deepEqual([outputOf("reads"), outputOf("lua"), outputOf("json")], [3_999, 4_000, null]);
  assert.deepEqual(shown.output, { json: null, text: null, bytes: null });
  const kinds = new Map(shown.stored.map(({ pointer, kind }) => [pointer, kind]));
  assert.deepEqual(
    ["/output/json", "/output/text", "/output/bytes", "/steps/0/output"].map((pointer) => kinds.get(pointer)),
    ["json", "text", "base64", "json"],
  );
  for (const name of ["json", "text", "bytes"] as const) {
    const { location = "" } = shown.stored.find(({ pointer }) => pointer === `/output/${name}`) ?? {};
    const read = Buffer.from(await (await ask(location)).arrayBuffer());
    assert.equal(digestOf(read), digestOf(bodies[name].content), name);
  }
  const places = new Set(shown.stored.map(({ location }) => location));
  assert.equal(places.size, 3, "each is stored once, however often it is named");
  const log = await (await ask(`/api/runs/${run}/events?limit=1000`)).text();
  assert.ok(log.length < 20_000, `the log has ${log.length} characters`);
  assert.equal((await ask(`/api/runs/${run}/bodies/1`)).status, 404);
});

test("a trigger's body is answered with, and given to a child and taken back", async () => {
  const body = bodies.json.content.toString();
  const answer = await ask("/workflows/echo", { method: "POST", body });
  assert.equal(answer.status, 200);
  assert.equal(digestOf(Buffer.from(await answer.arrayBuffer())), digestOf(bodies.json.content));
  const run = answer.headers.get("dispatched-run") ?? "";
  const shown = (await (await ask(`/api/runs/${run}`)).json()) as Shown;
  assert.ok(shown.stored.some(({ pointer }) => pointer === "/output/b"));
  const again = await engine.client.rerun(run, { from: ["b"] });
  assert.equal((await ended(engine.client, again.run)).status, "completed");
  const output = await ask(`/api/runs/${again.run}/evaluate`, {
    method: "POST",
    body: JSON.stringify({ expression: "steps.b.output.last" }),
  });
  assert.match(await output.text(), /"end"/);
});
