// The edges of HTTP: methods, addresses, hosts, encodings, large and slow requests. Each is answered, as a problem.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-edges-"));
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home);
  const document =
    'name: echo\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: {value: 1}}\noutput: "{{ trigger.body }}"\n';
  await engine.client.putWorkflow("echo", document, "yaml");
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { "dispatched-session": engine.token, ...(init.headers as Record<string, string>) };
  return fetch(`${engine.url}${path}`, { ...init, headers });
}

function start(
  body: NonNullable<RequestInit["body"]> | null,
  headers: Record<string, string> = {},
  query = "",
): Promise<Response> {
  const given = { "content-type": "application/json", ...headers };
  return ask(`/workflows/echo${query}`, { method: "POST", headers: given, body });
}

async function isProblem(answer: Response, status: number, code: string) {
  const text = await answer.text();
  assert.equal(answer.status, status, text);
  assert.match(answer.headers.get("content-type") ?? "", /^application\/problem\+json/);
  const problem = JSON.parse(text) as Record<string, unknown>;
  assert.equal(problem["code"], code);
  return problem;
}

/** Sends bytes as they are; resolves with all that came back until the server closed the connection. */
function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(engine.url);
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

test("OPTIONS names the methods, another method is refused with them, HEAD has no body", async () => {
  const options = await ask("/api/secrets/KEY", { method: "OPTIONS" });
  assert.deepEqual([options.status, options.headers.get("allow")], [204, "PUT, DELETE, OPTIONS"]);
  const patched = await ask("/api/runs", { method: "PATCH" });
  assert.equal(patched.headers.get("allow"), "GET, HEAD, OPTIONS");
  await isProblem(patched, 405, "method_not_allowed");
  const head = await ask("/api/runs", { method: "HEAD" });
  assert.deepEqual([head.status, await head.text()], [200, ""]);
});

test("answers are not kept by caches", async () => {
  for (const path of ["/api/runs", "/api/workflows/echo", "/api/workflows/echo?source=true", "/nothing"]) {
    assert.equal((await ask(path)).headers.get("cache-control"), "no-store", path);
  }
});

test("a host or an address that is none is a problem", async () => {
  const bad = await raw("GET /healthz HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n");
  assert.match(bad, /^HTTP\/1\.1 400 [\s\S]*"code":"bad_request"/);
  const backslash = await raw("GET /api\\runs HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
  assert.match(backslash, /^HTTP\/1\.1 400 [\s\S]*"code":"bad_request"/);
});

test("what HTTP itself refuses is a problem, too: no host, an unknown expectation or method, a broken chunk", async () => {
  const refused = async (text: string, status: number, code: string) => {
    const answer = await raw(text);
    assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), text);
    assert.match(answer, /content-type: application\/problem\+json/i, text);
    assert.match(answer, new RegExp(`"code":"${code}"`), text);
  };
  await refused("GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n", 400, "bad_request");
  await refused("GET /healthz HTTP/1.1\r\nhost: x\r\nexpect: 200-ok\r\n\r\n", 417, "expectation_failed");
  await refused("FOO /healthz HTTP/1.1\r\nhost: x\r\n\r\n", 400, "bad_request");
  await refused("GET /healthz HTTP/1.1\r\nhost: x\r\na b: c\r\n\r\n", 400, "invalid_header");
  const chunked = `POST /workflows/echo HTTP/1.1\r\nhost: x\r\ndispatched-session: ${engine.token}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n`;
  await refused(chunked, 400, "bad_request");
});

test("headers that are too large are refused as such", async () => {
  const answer = await raw(`GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(70_000)}\r\n\r\n`);
  assert.match(answer, /^HTTP\/1\.1 431 [\s\S]*"code":"headers_too_large"/);
});

test("a query parameter of an unsafe name is refused, and starts nothing", async () => {
  const before = (await engine.client.listRuns({ workflow: "echo" })).runs.length;
  for (const name of ["__proto__", "constructor", "prototype", "%5F_proto__"]) {
    await isProblem(await start("{}", {}, `?${name}=1`), 400, "unsafe_key");
  }
  assert.equal((await engine.client.listRuns({ workflow: "echo" })).runs.length, before);
});

test("a header named __proto__ harms nobody", async () => {
  const answer = await raw(
    `POST /workflows/echo HTTP/1.1\r\nhost: x\r\n__proto__: 1\r\ndispatched-session: ${engine.token}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
  );
  assert.match(answer, /^HTTP\/1\.1 200 [\s\S]*null$/);
  const run = /dispatched-run: (\S+)/i.exec(answer)?.[1] ?? "";
  assert.equal((await engine.client.listEvents(run, 0)).events[0]?.type, "run.created");
});

test("malformed JSON names line and column", async () => {
  const problem = await isProblem(await start('{\n  "a": tru\n}'), 400, "invalid_json");
  assert.deepEqual([problem["line"], problem["column"]], [2, 8]);
  assert.match(String(problem["detail"]), /line 2, column 8/);
});

test("compressed bodies and other charsets are refused; a byte order mark is not", async () => {
  await isProblem(await start("{}", { "content-encoding": "gzip" }), 415, "unsupported_media_type");
  const latin = { "content-type": "application/json; charset=iso-8859-1" };
  await isProblem(await start("{}", latin), 415, "unsupported_media_type");
  const utf8 = { "content-type": 'application/json; charset="UTF-8"' };
  assert.equal((await start("\ufeff[1]", utf8)).status, 200);
});

test("a large body is answered, not reset, with and without a valid token", async () => {
  const large = "x".repeat(20_000_000);
  for (let round = 0; round < 3; round++) {
    await isProblem(await start(large), 413, "body_too_large");
    await isProblem(await start(large, { "dispatched-session": "none" }), 401, "unauthenticated");
  }
  const chunked = new ReadableStream({
    start(controller) {
      for (let count = 0; count < 64; count++) controller.enqueue(new Uint8Array(65_536).fill(120));
      controller.close();
    },
  });
  const init = { method: "POST", body: chunked, duplex: "half" } as unknown as RequestInit;
  const headers = { "content-type": "application/json" };
  await isProblem(await ask("/workflows/echo", { ...init, headers }), 413, "body_too_large");
});

test("a body that is cut off starts nothing", async () => {
  const { hostname, port } = new URL(engine.url);
  const before = (await engine.client.listRuns({ workflow: "echo" })).runs.length;
  await new Promise<void>((resolve) => {
    const head = `POST /workflows/echo HTTP/1.1\r\nhost: x\r\ndispatched-session: ${engine.token}\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n[1]`;
    const socket = connect(Number(port), hostname, () =>
      socket.write(head, () => setTimeout(() => socket.destroy(), 50)),
    );
    socket.on("close", () => resolve());
  });
  assert.equal((await ask("/healthz")).status, 200);
  assert.equal((await engine.client.listRuns({ workflow: "echo" })).runs.length, before);
});

test("a time without its zone is refused, a day is not", async () => {
  await isProblem(await ask("/api/runs?from=2026-01-31T12:00:00"), 400, "invalid_query");
  await isProblem(await ask("/api/runs?to=2026-13-01"), 400, "invalid_query");
  const query = "from=2020-01-31&to=2099-01-31T12:00:00%2B02:00";
  assert.equal((await ask(`/api/runs?${query}`)).status, 200);
});

test("a secret is measured in bytes", async () => {
  const put = (value: string) =>
    ask("/api/secrets/LONG", { method: "PUT", headers: { "content-type": "text/plain" }, body: value });
  await isProblem(await put("é".repeat(40_000)), 413, "body_too_large");
  assert.equal((await put("é".repeat(32_768))).status, 200);
});

test("a document keeps every byte, a byte order mark included", async () => {
  const text = "\ufeffname: marked\r\nversion: 1\r\ntriggers: []\r\nsteps: {a: {value: 1}} # kept\r\n";
  const headers = { "content-type": "application/yaml" };
  const put = await ask("/api/workflows/marked", { method: "PUT", headers, body: text });
  assert.equal(put.status, 201, await put.text());
  const source = await ask("/api/workflows/marked?source=true");
  assert.deepEqual(Buffer.from(await source.arrayBuffer()), Buffer.from(text));
});
