// Methods of the client against a real engine: those that no other test calls.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Client } from "../../src/client/client.ts";
import { generateKeyPair } from "../../src/client/device.ts";
import { signIn } from "../../src/client/sign-in.ts";
import { redeemSignInLink } from "../../src/client/sign-in-link.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-methods-"));
const waiting = `name: waiting
version: 1
triggers: [{type: http}]
steps:
  first: {value: "hello"}
  ask: {after: [first], wait: {signal: go, timeout: 1h}}
`;
let engine: EngineUnderTest;
let run: string;

before(async () => {
  engine = await startDev(home);
  const { client } = engine;
  await client.putWorkflow("waiting", waiting, "yaml");
  ({ run } = await client.startRun("waiting", { body: null }));
  await until(client, run, ({ status }) => status === "waiting");
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

test("a document is only checked, or stored only over the version that is meant", async () => {
  const { client } = engine;
  const changed = waiting.replace("hello", "good day").replace("version: 1", "version: 2");
  assert.equal((await client.putWorkflow("waiting", changed, "yaml", { dryRun: true })).status, "valid");
  assert.equal((await client.getWorkflow("waiting")).version, 1);
  const same = client.putWorkflow("waiting", changed.replace("version: 2", "version: 1"), "yaml", {
    dryRun: true,
  });
  await assert.rejects(same, { code: "version_conflict" });
  const none = client.putWorkflow("waiting", changed, "yaml", { ifNoneMatch: "*" });
  await assert.rejects(none, { status: 412 });
  const other = client.putWorkflow("waiting", changed, "yaml", { ifMatch: '"9"' });
  await assert.rejects(other, { status: 412 });
});

test("a run is looked at: what it waits for, what an expression gives, its record", async () => {
  const { client } = engine;
  const { waits } = await client.listWaits({ workflow: "waiting", limit: 5 });
  const [open] = waits[0]?.waits ?? [];
  assert.deepEqual([waits[0]?.run.id, open?.step, open?.names], [run, "ask", ["go"]]);
  assert.deepEqual(await client.evaluate(run, "steps.first.output"), { value: "hello" });
  assert.deepEqual(await client.evaluate(run, "return 1 + 1", "lua"), { value: 2 });
  assert.equal((await client.exportRun(run)).redacted, true);
  assert.match(JSON.stringify((await client.exportRun(run, false)).run), /hello/);
});

test("a run pauses and goes on; what a rerun would do is told, and is not done", async () => {
  const { client } = engine;
  assert.equal((await client.pauseRun(run)).status, "paused");
  assert.notEqual((await client.command(run, "resume")).status, "paused");
  await client.pauseRun(run);
  await client.resumeRun(run);
  await assert.rejects(client.compensateRun(run), { status: 409 });
  const { matched } = await client.previewBulk("cancel", { workflow: "waiting" });
  assert.equal(matched, 1);
  assert.equal((await client.getRun(run)).status, "waiting");
  await client.sendSignal(run, "go", { body: "1" });
  await until(client, run, ({ status }) => status === "completed");
  const preview = await client.previewRerun(run, { from: ["ask"] });
  assert.deepEqual([preview.kept, preview.again.map(({ step }) => step)], [["first"], ["ask"]]);
  assert.equal((await client.listRuns({ workflow: "waiting" })).runs.length, 1);
});

test("lists take filters as values, and as text of an address", async () => {
  const { client } = engine;
  const ids = async (query: Parameters<Client["listRuns"]>[0]) =>
    (await client.listRuns(query)).runs.map(({ id }) => id);
  assert.deepEqual(await ids({ status: ["completed", "failed"], limit: 1 }), [run]);
  assert.deepEqual(await ids({ status: "completed,failed", limit: "1" }), [run]);
  assert.deepEqual(await ids({ status: ["failed"] }), []);
});

test("a hook's address and the server's keys need no session", async () => {
  const { client, url } = engine;
  const nobody = new Client(url, "");
  assert.ok((await nobody.showServer()).server_keys.length > 0);
  assert.equal((await nobody.ready()).status, "ready");
  await assert.rejects(nobody.listRuns(), { code: "unauthenticated" });
  const { token, id } = await client.createHook("waiting");
  const sent = await nobody.sendToHook(token, { body: '{"from": "outside"}' });
  assert.equal((await client.getRun(sent.run ?? "")).workflow, "waiting");
  assert.equal((await client.listDeliveries(id, { state: ["started"] })).deliveries[0]?.run, sent.run);
});

test("an address that is none of a server is told with the one to give", async () => {
  const { privateKey } = generateKeyPair();
  for (const [url, told] of [
    [
      "127.0.0.1:4755",
      /^"127\.0\.0\.1:4755" is no address of a server: .* such as http:\/\/127\.0\.0\.1:4755$/,
    ],
    ["", /^what was given is no address of a server/],
    ["dst_sess_abc/def", /^what was given is no address of a server/],
    ["http://host.example/prefix", /has no path, query or credentials: http:\/\/host\.example$/],
    ["https://me:secret@host.example", /has no path, query or credentials: https:\/\/host\.example$/],
  ] as const) {
    assert.throws(() => new Client(url, ""), {
      name: "ClientError",
      code: "usage",
      status: 0,
      message: told,
    });
    const device = { url, tenant: "ten_x", apiKey: "", privateKey, serverKeys: [], generation: 1 };
    await assert.rejects(signIn(device), { code: "usage", message: told });
    await assert.rejects(redeemSignInLink(url, "x"), { code: "usage", message: told });
  }
  assert.equal((await new Client(`${engine.url}/`, "").showServer()).registration, "closed");
});
