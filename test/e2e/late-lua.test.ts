// Lua that names a secret, such as a signature: made anew for each attempt, and never recorded.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { limits } from "../../src/value/limits.ts";
import { ScriptedService } from "../process/scripted-service.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { allEvents, ended } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-late-lua-"));
const service = new ScriptedService();
let engine: EngineUnderTest;
let address: string;

/** Whose failures have a number in them. */
const numbers = [
  ["beyond", "return json.decode(secrets.CARD).n"],
  ["keyed", "return {[tonumber(secrets.PIN)] = 1}"],
  ["lined", "error('line ' .. secrets.PIN .. ': no', 0)"],
  ["decoded", "return json.decode(secrets.PIN .. 'x')"],
] as const;

before(async () => {
  address = await service.start();
  engine = await startDev(home);
  const lua = (text: string) => JSON.stringify({ expr: text, lang: "lua" });
  const put = (name: string, request: string) =>
    engine.client.putWorkflow(
      name,
      `name: ${name}\nversion: 1\ntriggers: [{type: http}]\nsteps: {call: {request: ${request}, retry: {max: 2, delay: 1ms}}}`,
      "yaml",
    );
  await put(
    "signed",
    `{method: POST, url: "${address}/signed", headers: {x-signature: ${lua(
      "return 'v1=' .. crypto.hmac('sha256', secrets.SIGNING_KEY, time.now() .. '.' .. trigger.body.text)",
    )}, x-time: ${lua("return time.now()")}}, body: {n: ${lua("return #secrets.SIGNING_KEY")}}}`,
  );
  await put(
    "telling",
    `{method: POST, url: "${address}/telling", body: {x: ${lua("error(secrets.SIGNING_KEY)")}}}`,
  );
  await put(
    "table",
    `{method: POST, url: "${address}/table", body: {x: ${lua("return {secrets.SIGNING_KEY}")}}}`,
  );
  for (const [name, text] of numbers)
    await put(name, `{method: POST, url: "${address}/${name}", body: {x: ${lua(text)}}}`);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.stop();
  rmSync(home, { recursive: true, force: true });
});

async function recorded(run: string): Promise<string> {
  return JSON.stringify([await engine.client.getRun(run), await allEvents(engine.client, run)]);
}

test("a signature is made at each attempt, over the recorded time, with the secret as it is then", async () => {
  const keys = ["the-first-key-of-all", "the-second-key"];
  await engine.client.putSecret("SIGNING_KEY", keys[0] as string);
  const tries: (() => Promise<unknown>)[] = [() => engine.client.putSecret("SIGNING_KEY", keys[1] as string)];
  service.scripts.set("/signed", ({ headers }) => [
    service.of("/signed").length === 1 ? 503 : 200,
    { echo: headers["x-signature"] },
  ]);
  const { run } = await engine.client.startRun("signed", { body: '{"text": "hello"}' });
  await Promise.all(tries.map((change) => change()));
  assert.equal((await ended(engine.client, run)).status, "completed");
  const asked = service.of("/signed");
  assert.equal(asked.length, 2);
  const [time] = asked.map(({ headers }) => headers["x-time"]);
  for (const { headers, body } of asked) {
    assert.equal(headers["x-time"], time);
    const made = keys.map((key) => `v1=${createHmac("sha256", key).update(`${time}.hello`).digest("hex")}`);
    const key = keys[made.indexOf(String(headers["x-signature"]))];
    assert.equal(body["n"], String(key?.length));
    assert.ok(!(await recorded(run)).includes(String(headers["x-signature"])), "a signature was recorded");
  }
  const known = await recorded(run);
  for (const key of keys) assert.ok(!known.includes(key), "a secret was recorded");
  assert.match(known, /made of a secret/);
});

test("what the Lua says when it fails tells nothing of the secret, and nothing is sent", async () => {
  await engine.client.putSecret("SIGNING_KEY", "the-first-key-of-all");
  for (const [workflow, code] of [
    ["telling", "lua_error"],
    ["table", "not_a_text"],
  ] as const) {
    const { run } = await engine.client.startRun(workflow, { body: null });
    const found = await ended(engine.client, run);
    assert.deepEqual([found.status, found.error?.code], ["failed", code]);
    assert.ok(!(await recorded(run)).includes("the-first-key-of-all"));
    assert.equal(service.of(`/${workflow}`).length, 0);
  }
});

test("a number of a secret does not stand in what is said of a value that is none, nor as a line", async () => {
  const digits = "48213377123456789012345";
  await engine.client.putSecret("CARD", `{"n": ${digits}}`);
  await engine.client.putSecret("PIN", digits.slice(0, 8));
  for (const [workflow] of numbers) {
    const { run } = await engine.client.startRun(workflow, { body: null });
    const found = await ended(engine.client, run);
    const code = workflow === "lined" || workflow === "decoded" ? "lua_error" : "not_a_value";
    assert.deepEqual([found.status, found.error?.code], ["failed", code]);
    assert.ok(!(await recorded(run)).includes(digits.slice(0, 8)), `${workflow} tells the secret`);
  }
});

test("whatever is asked of a secret for a host that it may not go to has one answer", async () => {
  const { client } = engine;
  await client.putSecret("LK", "Zebra-zebra-zebra", { allowedHosts: ["never.example"] });
  const asking = JSON.stringify({
    expr: "if string.byte(secrets.LK, trigger.body.n) >= trigger.body.c then return 'yes' end error('no')",
    lang: "lua",
  });
  const made = JSON.stringify({ expr: `return "${address}/asking?k=" .. #secrets.LK`, lang: "lua" });
  const auth = (url: string) =>
    `auth: {type: oauth2, token_url: ${url}, client_id: ${asking}, client_secret: "{{ secrets.LK }}"}`;
  const long = "{{ trigger.body.filling }}{{ secrets.LK }}";
  for (const [name, request] of [
    ["header", `{method: GET, url: "${address}/asking", headers: {x-a: ${asking}}}`],
    ["query", `{method: GET, url: "${address}/asking", query: {a: ${asking}}}`],
    ["address", `{method: GET, url: ${made}, headers: {x-a: ${asking}}}`],
    ["token", `{method: GET, url: "http://never.example/", ${auth(`"${address}/asking"`)}}`],
    ["token-address", `{method: GET, url: "http://never.example/", ${auth(made)}}`],
    ["length", `{method: GET, url: "${address}/asking", headers: {x-a: "${long}"}}`],
  ] as const) {
    await client.putWorkflow(
      name,
      `name: ${name}\nversion: 1\ntriggers: [{type: http}]\nsteps: {call: {request: ${request}}}`,
      "yaml",
    );
    const answers = [];
    for (const body of [
      { n: 1, c: 90, filling: "" },
      { n: 1, c: 91, filling: "x".repeat(limits.header_bytes - 8) },
    ]) {
      const { run } = await client.startRun(name, { body: JSON.stringify(body) });
      answers.push((await ended(client, run)).error);
    }
    const [yes, no] = answers;
    assert.equal(yes?.code, "secret_host_not_allowed", name);
    assert.deepEqual([no?.code, no?.message], [yes?.code, yes?.message], name);
  }
  assert.ok(!service.asked.some(({ path }) => path.startsWith("/asking")));
  // Where it may go, it is asked.
  await client.putSecret("LK", "Zebra-zebra-zebra", { allowedHosts: [new URL(address).host] });
  for (const [name, c, status] of [
    ["header", 90, "completed"],
    ["header", 91, "failed"],
  ] as const) {
    const { run } = await client.startRun(name, { body: JSON.stringify({ n: 1, c }) });
    assert.equal((await ended(client, run)).status, status);
  }
});
