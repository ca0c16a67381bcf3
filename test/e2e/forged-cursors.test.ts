// Cursors that no list gave, and those of another tenant's lists: an error that says so, or rows of the caller's own.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { encodeCursor } from "../../src/store/cursor.ts";
import { secondTenant } from "../process/second-tenant.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-cursors-"));
const lists = [
  "/api/runs",
  "/api/workflows",
  "/api/workflows/own/versions",
  "/api/schedules",
  "/api/inbox",
  "/api/hooks",
];
const wild = [
  "",
  "-1",
  "NaN",
  "Infinity",
  "1e999",
  "0x10",
  "9".repeat(400),
  "' OR 1=1 --",
  "\u0000",
  "\ud800",
];
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home, { DISPATCHED_REGISTRATION: "open" });
  for (const version of [1, 2, 3]) {
    const triggers = `triggers: [{type: http}, {type: cron, schedule: "0 0 1 1 *"}]`;
    const document = `name: own\nversion: ${version}\n${triggers}\nsteps: {a: {value: 1}}\n`;
    await engine.client.putWorkflow("own", document, "yaml");
    await engine.client.putWorkflow(`own-${version}`, document.replace("own", `own-${version}`), "yaml");
    await engine.client.startRun("own", { body: null });
    await engine.client.createHook("own");
  }
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

async function list(path: string, token: string, query: Readonly<Record<string, string>>) {
  const search = new URLSearchParams(query).toString();
  const answer = await fetch(`${engine.url}${path}?${search}`, { headers: { "dispatched-session": token } });
  const text = await answer.text();
  return { status: answer.status, text, json: JSON.parse(text) as Readonly<Record<string, unknown>> };
}

test("a forged cursor is never an error of the server's", async () => {
  for (const path of [...lists, "/api/audit"]) {
    const forged = [...wild, "W10", "bnVsbA", "eyJhIjoxfQ", ...wild.map((one) => encodeCursor([one]))];
    for (const cursor of [...forged, ...wild.map((one) => encodeCursor([one, one]))]) {
      const { status, text } = await list(path, engine.token, { cursor });
      assert.ok([200, 400].includes(status), `${path} ${JSON.stringify(cursor)} ${status} ${text}`);
    }
  }
});

test("a cursor of another tenant's list shows nothing of it", async () => {
  const { token, client } = await secondTenant(engine.url);
  await client.putWorkflow(
    "mine",
    "name: mine\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: {value: 1}}\n",
    "yaml",
  );
  let tried = 0;
  for (const path of lists) {
    const { next } = (await list(path, engine.token, { limit: "1" })).json;
    if (typeof next !== "string") continue;
    tried += 1;
    const { status, text } = await list(path, token, { cursor: next });
    assert.ok(status === 200 || status === 404, `${path} ${status}`);
    assert.ok(!text.includes('"own'), `${path} ${text}`);
  }
  assert.ok(tried >= 3, `${tried} lists gave a cursor`);
});
