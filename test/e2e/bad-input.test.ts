// Bad input gets a problem with a code, and the server goes on.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-bad-input-"));
let engine: EngineUnderTest;

const good =
  "name: good\nversion: 1\ntriggers: [{type: http, schema: s}]\nschemas: {s: {type: object}}\nsteps: {a: {value: 1}}\n";

before(async () => {
  engine = await startDev(home);
  await engine.client.putWorkflow("good", good, "yaml");
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

interface Ask {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

async function ask(path: string, { method = "GET", headers = {}, body }: Ask = {}) {
  const answer = await fetch(`${engine.url}${path}`, {
    method,
    headers: { "dispatched-session": engine.token, ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const text = await answer.text();
  return { status: answer.status, type: answer.headers.get("content-type") ?? "", text };
}

async function expectProblem(path: string, given: Ask, status: number, code: string): Promise<void> {
  const answer = await ask(path, given);
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.type, /^application\/problem\+json/);
  assert.equal((JSON.parse(answer.text) as { code: string }).code, code);
  assert.equal((await ask("/healthz")).status, 200, "the server goes on");
}

const json = { "content-type": "application/json" };
const yaml = { "content-type": "application/yaml" };
const start = (body: string, headers: Record<string, string> = json): Ask => ({
  method: "POST",
  headers,
  body,
});
const put = (body: string, headers: Record<string, string> = yaml): Ask => ({ method: "PUT", headers, body });

const cases: readonly (readonly [what: string, path: string, given: Ask, status: number, code: string])[] = [
  ["malformed JSON", "/workflows/good", start('{"a": '), 400, "invalid_json"],
  ["a number beyond a double", "/workflows/good", start('{"a": 1e999}'), 400, "number_out_of_range"],
  ["a __proto__ key", "/workflows/good", start('{"__proto__": {}}'), 400, "unsafe_key"],
  ["a constructor key, escaped", "/workflows/good", start('{"\\u0063onstructor": {}}'), 400, "unsafe_key"],
  [
    "JSON nested too deep",
    "/workflows/good",
    start(`${"[".repeat(5000)}${"]".repeat(5000)}`),
    400,
    "json_too_deep",
  ],
  [
    "wrong content type",
    "/workflows/good",
    start("a=1", { "content-type": "text/plain" }),
    415,
    "unsupported_media_type",
  ],
  ["a body over the limit", "/workflows/good", start(`"${"x".repeat(1024 * 1024)}"`), 413, "body_too_large"],
  [
    "a handshake larger than its messages can be",
    "/api/session",
    start(`"${"x".repeat(128 * 1024)}"`),
    413,
    "body_too_large",
  ],
  ["a large registration", "/api/tenants", start(`"${"x".repeat(4096)}"`), 413, "body_too_large"],
  [
    "a body that is not UTF-8",
    "/workflows/good",
    { method: "POST", headers: json, body: "\ud800" },
    400,
    "invalid_json",
  ],
  ["a body that does not fit the schema", "/workflows/good", start("[1]"), 422, "schema_mismatch"],
  ["an unknown workflow", "/workflows/none", start("{}"), 404, "workflow_not_found"],
  ["an unknown version", "/workflows/good?version=9", start("{}"), 404, "version_not_found"],
  ["a version that is none", "/workflows/good?version=x", start("{}"), 400, "invalid_query"],
  [
    "an empty idempotency key",
    "/workflows/good",
    start("{}", { ...json, "idempotency-key": "k".repeat(300) }),
    400,
    "invalid_header",
  ],
  ["malformed YAML", "/api/workflows/w", put("name: [\n"), 422, "invalid_document"],
  ["malformed JSON document", "/api/workflows/w", put("{", json), 422, "invalid_document"],
  [
    "a document with an absent schema",
    "/api/workflows/good",
    put(good.replace("schema: s", "schema: t")),
    422,
    "invalid_document",
  ],
  ["a document of another name", "/api/workflows/other", put(good), 409, "name_mismatch"],
  [
    "other bytes under a stored version",
    "/api/workflows/good",
    put(`${good}# more\n`),
    409,
    "version_conflict",
  ],
  [
    "a document over the limit",
    "/api/workflows/w",
    put(`# ${"x".repeat(257 * 1024)}`),
    413,
    "body_too_large",
  ],
  [
    "a document of an unknown type",
    "/api/workflows/w",
    put(good, { "content-type": "text/html" }),
    415,
    "unsupported_media_type",
  ],
  ["an unknown run", "/api/runs/run_01m86edq5seaytf3bgvw5xkqs8", {}, 404, "run_not_found"],
  ["a run id that is none", "/api/runs/..%2f..%2fetc", {}, 404, "run_not_found"],
  ["a cursor that is none", "/api/runs?cursor=zzz", {}, 400, "invalid_cursor"],
  ["a limit out of range", "/api/runs?limit=100000", {}, 400, "invalid_query"],
  ["an unknown status", "/api/runs?status=lost", {}, 400, "invalid_query"],
  ["a secret of a wrong name", "/api/secrets/lower", put('{"value":"x"}', json), 422, "invalid_secret"],
  ["a secret without a value", "/api/secrets/NAME", put("{}", json), 422, "invalid_secret"],
  ["a secret that is not there", "/api/secrets/NONE", { method: "DELETE" }, 404, "secret_not_found"],
  ["an unknown address", "/nothing/here", {}, 404, "not_found"],
  ["a wrong method", "/api/secrets", { method: "POST" }, 405, "method_not_allowed"],
  [
    "a wrong token",
    "/api/runs",
    { headers: { "dispatched-session": "dst_sess_wrong" } },
    401,
    "unauthenticated",
  ],
];

for (const [what, path, given, status, code] of cases) {
  test(`${what}: ${status} ${code}`, () => expectProblem(path, given, status, code));
}

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

test("a header with a line break is refused as a problem", async () => {
  const answer = await raw(
    "GET /api/runs HTTP/1.1\r\nhost: x\r\ndispatched-session: a\nb\0c\r\nconnection: close\r\n\r\n",
  );
  assert.match(answer, /^HTTP\/1\.1 400 /);
  assert.match(answer, /"code":"invalid_header"/);
  assert.equal((await ask("/healthz")).status, 200);
});
