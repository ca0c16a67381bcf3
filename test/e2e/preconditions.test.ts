// ETag, If-Match and If-None-Match of definitions, and the limit of requests, over the real server.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-preconditions-"));
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

const document = (version: number) =>
  `name: doc\nversion: ${version}\ntriggers: [{type: http}]\nsteps: {a: {value: ${version}}}\n`;

function ask(method: string, headers: Readonly<Record<string, string>>, body?: string, query = "") {
  const type = body === undefined ? {} : { "content-type": "application/yaml" };
  return fetch(`${engine.url}/api/workflows/doc${query}`, {
    method,
    headers: { "dispatched-session": engine.token, ...type, ...headers },
    ...(body === undefined ? {} : { body }),
  });
}

const session = () => ({ "dispatched-session": engine.token });

async function told(answer: Response) {
  const text = await answer.text();
  const { code } = (text.startsWith("{") ? JSON.parse(text) : {}) as { readonly code?: string };
  return [answer.status, code];
}

test("a definition is put only while the highest version is the one that the caller has seen", async () => {
  const none = { "if-none-match": "*" };
  const any = { "if-match": "*" };
  assert.deepEqual(await told(await ask("PUT", any, document(1))), [412, "precondition_failed"]);
  assert.deepEqual(await told(await ask("PUT", none, document(1))), [201, undefined]);
  assert.deepEqual(await told(await ask("PUT", none, document(2))), [412, "precondition_failed"]);
  const seen = await ask("GET", {});
  const etag = seen.headers.get("etag") ?? "";
  assert.equal(((await seen.json()) as { readonly etag: string }).etag, etag);
  assert.match(etag, /^"1\.[0-9a-f]{32}"$/);
  const first = { "if-match": etag };
  // Two callers who have both seen version 1: one of them wins, whichever it is.
  const both = await Promise.all([ask("PUT", first, document(2)), ask("PUT", first, document(3))]);
  assert.deepEqual(both.map(({ status }) => status).sort(), [201, 412]);
  assert.deepEqual(await told(await ask("PUT", first, document(4))), [412, "precondition_failed"]);
  assert.deepEqual(await told(await ask("PUT", { "if-match": "1" }, document(4))), [400, "invalid_header"]);
  assert.deepEqual(await told(await ask("PUT", any, document(4))), [201, undefined]);
});

test("what was put has its tag in the answer, so that nobody else's version is overwritten by the next put", async () => {
  const put = await ask("PUT", {}, document(20));
  const etag = put.headers.get("etag") ?? "";
  assert.match(etag, /^"20\.[0-9a-f]{32}"$/);
  assert.equal(((await put.json()) as { readonly etag: string }).etag, etag);
  assert.equal((await ask("GET", {})).headers.get("etag"), etag);
  const same = await ask("PUT", {}, document(20));
  assert.deepEqual([same.status, same.headers.get("etag")], [200, etag]);
  const none = { "if-none-match": `W/${etag}` };
  assert.deepEqual(await told(await ask("PUT", none, document(21))), [412, "precondition_failed"]);
  const dry = await ask("PUT", {}, document(21), "?dry_run=true");
  assert.equal(dry.headers.get("etag"), null, "nothing was stored");
  const would = ((await dry.json()) as { readonly etag: string }).etag;
  // Somebody else puts between.
  assert.equal((await ask("PUT", {}, document(21))).headers.get("etag"), would);
  assert.deepEqual(await told(await ask("PUT", { "if-match": etag }, document(22))), [
    412,
    "precondition_failed",
  ]);
  assert.equal((await ask("PUT", { "if-match": would }, document(22))).status, 201);
});

test("a dry run says what storing would be refused for, and stores nothing", async () => {
  const other = document(1).replace("value: 1", "value: 2");
  const dry = (text: string) => ask("PUT", {}, text, "?dry_run=true").then(told);
  assert.deepEqual(await dry(other), [409, "version_conflict"]);
  assert.deepEqual(await told(await ask("PUT", {}, other)), [409, "version_conflict"]);
  const { version } = (await (await ask("GET", {})).json()) as { readonly version: number };
  assert.ok(version > 1);
  for (const query of ["?dry_run=true", ""]) {
    const { hint } = (await (await ask("PUT", {}, other, query)).json()) as { readonly hint: string };
    // One that is not above the highest would be refused, or not be in force.
    assert.equal(hint, `a stored version never changes: put it as version ${version + 1}`);
  }
  assert.deepEqual([await dry(document(1)), await dry(document(29))], Array(2).fill([200, undefined]));
  const gone = (version: number) => document(version).replace("name: doc", "name: gone");
  const at = (method: string, query = "", body?: string) =>
    fetch(`${engine.url}/api/workflows/gone${query}`, {
      method,
      headers: { ...session(), ...(body === undefined ? {} : { "content-type": "application/yaml" }) },
      ...(body === undefined ? {} : { body }),
    });
  await at("PUT", "", gone(1));
  await at("DELETE");
  for (const query of ["?dry_run=true", ""]) {
    assert.deepEqual(await told(await at("PUT", query, gone(1))), [409, "workflow_deleted"], query);
  }
  assert.deepEqual(await told(await at("PUT", "?dry_run=true", gone(2))), [200, undefined]);
});

test("who has a version is told so without its text, and the bare text has a tag of its own", async () => {
  const shown = await ask("GET", {});
  const etag = shown.headers.get("etag") ?? "";
  await shown.text();
  const again = await ask("GET", { "if-none-match": `"other", W/${etag}` });
  assert.deepEqual([again.status, await again.text(), again.headers.get("etag")], [304, "", etag]);
  const source = await ask("GET", { "if-none-match": etag }, undefined, "?source=true");
  assert.deepEqual([source.status, await source.text()], [200, document(22)]);
  assert.notEqual(source.headers.get("etag"), etag);
  const tag = source.headers.get("etag") ?? "";
  assert.equal((await ask("PUT", { "if-match": tag }, document(23))).status, 201);
  assert.equal((await ask("GET", { "if-none-match": etag })).status, 200);
});

test("a definition is deleted only while the highest version is the one that the caller has seen", async () => {
  const tag = async () => (await ask("GET", {})).headers.get("etag") ?? "";
  const old = { "if-match": await tag() };
  assert.equal((await ask("PUT", {}, document(24))).status, 201);
  assert.deepEqual(await told(await ask("DELETE", old)), [412, "precondition_failed"]);
  assert.deepEqual(await told(await ask("DELETE", { "if-match": "24" })), [400, "invalid_header"]);
  const listed = await (await fetch(`${engine.url}/api/workflows`, { headers: session() })).json();
  assert.equal(
    (listed as { readonly workflows: readonly { etag: string }[] }).workflows[0]?.etag,
    await tag(),
  );
  // Whichever comes first, what nobody has seen is not deleted: a version above takes a deleted one back.
  for (let version = 25; version < 35; version++) {
    const seen = { "if-match": await tag() };
    const [gone, put] = await Promise.all([ask("DELETE", seen), ask("PUT", {}, document(version))]);
    assert.ok(gone.status === 412 || gone.status === 200, `${gone.status}`);
    assert.equal(put.status, 201);
    const shown = (await (await ask("GET", {})).json()) as { version: number; deleted_at: string | null };
    assert.deepEqual([shown.version, shown.deleted_at], [version, null]);
  }
  const last = { "if-match": await tag() };
  assert.deepEqual(await told(await ask("DELETE", last)), [200, undefined]);
  assert.deepEqual(await told(await ask("DELETE", last)), [200, undefined], "again");
});

test("answers tell what is left of the quota, and beyond it nothing is done", async () => {
  const one = mkdtempSync(join(tmpdir(), "dispatched-rate-"));
  const limited = await startDev(one, { DISPATCHED_RATE_LIMIT: "5/1h" });
  try {
    const look = () =>
      fetch(`${limited.url}/api/session`, { headers: { "dispatched-session": limited.token } });
    // `dev` itself asks with the same session when it starts.
    const answers = [await look()];
    while (answers.at(-1)?.status === 200) answers.push(await look());
    const [first, last] = [answers[0], answers.at(-1)];
    const left = answers.map(({ headers }) => Number(/;r=(\d+);/.exec(headers.get("ratelimit") ?? "")?.[1]));
    assert.deepEqual(
      left.slice(0, -1),
      left.slice(0, -1).map((_, index) => (left[0] ?? 0) - index),
    );
    assert.deepEqual([last?.status, left.at(-1), left.at(-2)], [429, 0, 0]);
    assert.equal(first?.headers.get("ratelimit-policy"), '"tenant";q=5;w=3600');
    assert.ok(Number(last?.headers.get("retry-after")) > 600);
    assert.equal(((await last?.json()) as { code?: string } | undefined)?.code, "rate_limited");
    assert.equal((await fetch(`${limited.url}/healthz`)).status, 200);
  } finally {
    limited.child.kill("SIGTERM");
    await limited.ended;
    rmSync(one, { recursive: true, force: true });
  }
});
