// A page in a browser, of another site, can neither read nor do anything here, and what is recorded has no credentials.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { allRoutes } from "../../src/server/routes/all-routes.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-browsers-"));
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home);
  const document =
    'name: echo\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: {value: 1}}\noutput: "{{ trigger.headers }}"\n';
  await engine.client.putWorkflow("echo", document, "yaml");
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

const origin = "https://evil.example";

test("no address lets another origin in, sets a cookie, or is read as another type than its own", async () => {
  const run = "run_01m86edq5seaytf3bgvw5xkqs8";
  for (const { access, method, path } of allRoutes) {
    const to = engine.url + path.replace(":id", run).replace(/:(?:name|token)/, "echo");
    const preflight = {
      origin,
      "access-control-request-method": method,
      "access-control-request-headers": "dispatched-session",
    };
    // A body that a form can send: no preflight stands before it.
    const simple = { origin, "content-type": "text/plain" };
    const body = method === "GET" || method === "DELETE" ? null : "{}";
    const answers = [
      await fetch(to, { method: "OPTIONS", headers: preflight }),
      await fetch(to, { method, headers: simple, body }),
    ];
    for (const { status, headers } of answers) {
      const words = `${method} ${path} ${status}`;
      const named = [...headers.keys()].filter((name) => /^access-control-|^set-cookie$/.test(name));
      assert.deepEqual(named, [], words);
      assert.equal(headers.get("x-content-type-options"), "nosniff", words);
      assert.equal(headers.get("referrer-policy"), "no-referrer", words);
    }
    // A search without words is refused; the others that anyone may read answer.
    const isOpen = access === "anyone" && method === "GET" && !/:|search/.test(path);
    const refused = answers[1]?.status ?? 0;
    assert.ok(isOpen ? refused === 200 : refused >= 400, `${method} ${path} ${refused}`);
  }
});

test("no credential of ours, or of a proxy's, is recorded with what a caller sent", async () => {
  const headers = {
    "dispatched-session": engine.token,
    "dispatched-key": "dsk_live_none",
    "dispatched-export": "1.permit",
    authorization: "Bearer none",
    cookie: "a=b",
    "x-mine": "kept",
  };
  const answer = await fetch(`${engine.url}/workflows/echo`, { method: "POST", headers });
  const seen = Object.keys((await answer.json()) as Record<string, unknown>);
  const ours = seen.filter((name) => name.startsWith("dispatched-") || /authorization|cookie/.test(name));
  assert.deepEqual(ours, []);
  assert.ok(seen.includes("x-mine"));
});
