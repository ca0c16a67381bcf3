// Secrets by the HTTP API: versions that attempts used, deletion, the hosts that they may go to, and what is shown of them.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runCommand } from "../process/run-command.ts";
import { ScriptedService } from "../process/scripted-service.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { allEvents, ended, until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-secrets-"));
const service = new ScriptedService();
let engine: EngineUnderTest;
let address: string;

before(async () => {
  address = await service.start();
  engine = await startDev(home);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.stop();
  rmSync(home, { recursive: true, force: true });
});

async function runOf(name: string, steps: string, body: object = {}) {
  const { client } = engine;
  await client.putWorkflow(
    name,
    `name: ${name}\nversion: 1\ntriggers: [{type: http}]\nsteps: ${steps}`,
    "yaml",
  );
  const { run } = await client.startRun(name, { body: JSON.stringify(body) });
  const found = await ended(client, run);
  return { found, events: await allEvents(client, run) };
}

const keyed = (path: string) =>
  `{call: {request: {method: POST, url: "${address}${path}", headers: {x-key: "{{ secrets.KEY }}"}}, retry: {max: 3, delay: 1ms}}}`;

test("each attempt records the version that it used, and a later one uses the new value", async () => {
  const { client } = engine;
  assert.equal((await client.putSecret("KEY", "the first value")).version, 1);
  service.scripts.set("/versions", async () => {
    const first = service.of("/versions").length === 1;
    if (first) await client.putSecret("KEY", "the second value");
    return [first ? 503 : 200, {}];
  });
  const { found, events } = await runOf("versions", keyed("/versions"));
  assert.equal(found.status, "completed");
  assert.deepEqual(
    service.of("/versions").map(({ headers }) => headers["x-key"]),
    ["the first value", "the second value"],
  );
  const used = events.flatMap(({ type, data }) => {
    const { secrets } = data as { readonly secrets?: unknown };
    return secrets === undefined ? [] : [[type, secrets]];
  });
  assert.deepEqual(used, [
    ["step.retrying", [{ name: "KEY", version: 1 }]],
    ["step.succeeded", [{ name: "KEY", version: 2 }]],
  ]);
});

test("a secret that was deleted is told from one that never was, and its versions go on", async () => {
  const { client } = engine;
  await client.putSecret("KEY", "another value");
  await client.deleteSecret("KEY");
  await assert.rejects(() => client.deleteSecret("KEY"), { code: "secret_not_found" });
  const { secrets } = await client.listSecrets();
  assert.deepEqual(secrets, []);
  const gone = await runOf("deleted", keyed("/deleted"));
  assert.deepEqual([gone.found.status, gone.found.error?.code], ["failed", "secret_deleted"]);
  const never = await runOf("never", keyed("/never").replace("KEY", "NEVER"));
  assert.deepEqual([never.found.status, never.found.error?.code], ["failed", "secret_not_found"]);
  assert.equal(service.asked.filter(({ path }) => ["/deleted", "/never"].includes(path)).length, 0);
  assert.equal((await client.putSecret("KEY", "and again")).version, 5);
});

test("a secret goes to its hosts only: as text, in Lua, and where input makes the address", async () => {
  const { client } = engine;
  const { host } = new URL(address);
  const stored = await client.putSecret("KEY", "bound to a host", {
    allowedHosts: ["API.example", "*.b.example"],
  });
  assert.deepEqual(stored.allowed_hosts, ["api.example", "*.b.example"]);
  const lua = `{call: {request: {method: POST, url: "${address}/bound", body: {x: {expr: "return #secrets.KEY", lang: lua}}}}}`;
  for (const [name, steps] of [
    ["bound", keyed("/bound")],
    ["bound-lua", lua],
    ["bound-input", keyed("/bound").replace(address, "{{ trigger.body.base }}")],
  ] as const) {
    const { found, events } = await runOf(name, steps, { base: address });
    assert.deepEqual([found.status, found.error?.code], ["failed", "secret_host_not_allowed"], name);
    assert.equal(found.error?.message, `the secret KEY may not be sent to ${host}`);
    const failed = events.find(({ type }) => type === "step.failed")?.data as { readonly secrets: unknown };
    assert.deepEqual(failed.secrets, [{ name: "KEY", version: stored.version }]);
    assert.equal(found.steps[0]?.attempts, 1, "it is not retried");
  }
  assert.equal(service.of("/bound").length, 0);
  // A new value keeps the list; with this host in it the calls are made.
  assert.deepEqual((await client.putSecret("KEY", "a newer value")).allowed_hosts, stored.allowed_hosts);
  await client.putSecret("KEY", "a newer value", { allowedHosts: [host] });
  assert.equal((await runOf("bound", keyed("/bound"))).found.status, "completed");
  await client.putSecret("KEY", "a newer value", { allowedHosts: null });
  assert.equal((await runOf("bound-lua", lua)).found.status, "completed");
});

test("a compensation and a poll are held to the hosts too", async () => {
  const { client } = engine;
  const { host } = new URL(address);
  await client.putSecret("KEY", "bound to a host", { allowedHosts: ["api.example"] });
  const request = `{method: POST, url: "${address}/undo", headers: {x-key: "{{ secrets.KEY }}"}}`;
  const steps = `{made: {request: {method: POST, url: "${address}/made"}, compensate: {request: ${request}}}, bad: {after: [made], request: {method: GET, url: "${address}/bad"}}}`;
  service.scripts.set("/bad", () => [400, {}]);
  const undone = await runOf("undone", steps);
  assert.equal(undone.found.compensation, "partial");
  const failure = undone.events.find(({ type }) => type === "compensation.failed")?.data;
  assert.match(JSON.stringify(failure), /secret_host_not_allowed/);
  assert.equal(service.of("/undo").length, 0);

  await client.putSecret("KEY", "bound to a host", { allowedHosts: [host] });
  service.scripts.set("/poll", async () => {
    await client.putSecret("KEY", "bound to a host", { allowedHosts: ["api.example"] });
    return [202, { busy: true }];
  });
  const polling = keyed("/poll").replace(
    "retry:",
    'response: {poll: {while: "steps.call.response.body.busy", every: 1s}}, retry:',
  );
  const polled = await runOf("polled", polling);
  assert.equal(polled.found.error?.code, "secret_host_not_allowed", JSON.stringify(polled.found));
  assert.equal(service.of("/poll").length, 1);
});

test("what an answer echoes is masked, of a poll also what only the first request had", async () => {
  const { client } = engine;
  const value = 'a "quoted" key/with+all & more';
  await client.putSecret("KEY", value, { allowedHosts: null });
  const forms = [
    value,
    JSON.stringify(value),
    encodeURIComponent(value).toLowerCase(),
    new URLSearchParams({ value }).toString(),
    Buffer.from(`user:${value}`).toString("base64"),
    Buffer.from(`an:${value}`).toString("base64url"),
  ];
  service.scripts.set("/echo", () => {
    const busy = service.of("/echo").length < 2;
    return [200, { busy, forms, [value]: 1 }];
  });
  const steps = `{call: {request: {method: POST, url: "${address}/echo", body: {key: "{{ secrets.KEY }}"}}, response: {poll: {while: "steps.call.response.body.busy", every: 1s}}}}`;
  const { found, events } = await runOf("echo", steps);
  assert.equal(found.status, "completed", JSON.stringify(found));
  assert.deepEqual(found.steps[0]?.output, {
    busy: false,
    forms: [
      "[secret KEY]",
      '"[secret KEY]"',
      "[secret KEY]",
      "value=[secret KEY]",
      `${Buffer.from("user:").toString("base64").slice(0, 6)}[secret KEY]`,
      "YW46[secret KEY]",
    ],
    "[secret KEY]": 1,
  });
  const known = JSON.stringify([found, events]);
  for (const form of forms) assert.ok(!known.includes(form.slice(2, -4)), form);
});

test("a secret in the host of an address is masked as messages name hosts, in lowercase", async () => {
  const { client } = engine;
  const call = '{call: {request: {method: GET, url: "http://{{ secrets.HOST }}.nowhere.invalid/"}}}';
  await client.putSecret("HOST", "SecretHostAbCdEf", { allowedHosts: ["api.example"] });
  const refused = await runOf("host-refused", call);
  assert.equal(refused.found.error?.message, "the secret HOST may not be sent to [made of a secret]:80");
  await client.putSecret("HOST", "SecretHostAbCdEf", { allowedHosts: null });
  const unknown = await runOf("host-unknown", call);
  assert.equal(unknown.found.error?.code, "network");
  for (const shown of [refused, unknown]) {
    assert.doesNotMatch(JSON.stringify(shown), /secrethostabcdef/i);
  }
});

test("a file that is no UTF-8 is not stored as another text", async () => {
  const file = join(home, "latin-1");
  writeFileSync(file, Buffer.from("pass\u00e9word", "latin1"));
  for (const args of [
    ["secret", "set", "LATIN", "--file", file],
    ["workflow", "put", file],
  ]) {
    const { code, err } = await runCommand(home, args);
    assert.equal(code, 2, err);
    assert.match(err, /latin-1 is not UTF-8 text/);
  }
  const { secrets } = await engine.client.listSecrets();
  assert.ok(!secrets.some(({ name }) => name === "LATIN"));
});

test("what a callback sends back of its call is masked", async () => {
  const { client } = engine;
  const value = "a key that comes back";
  await client.putSecret("KEY", value, { allowedHosts: null });
  const document = `name: calling
version: 1
triggers: [{type: http}]
steps:
  call:
    request:
      method: POST
      url: "${address}/calling"
      body: {key: "{{ secrets.KEY }}", back: "{{ callback.url }}"}
    wait: {timeout: 30m}
`;
  await client.putWorkflow("calling", document, "yaml");
  const { run } = await client.startRun("calling", { body: "{}" });
  await until(client, run, ({ steps }) => steps[0]?.phase === "wait");
  const back = String(service.of("/calling")[0]?.body["back"]);
  const echo = JSON.stringify({ echo: [value, Buffer.from(`x${value}`).toString("base64"), back] });
  await client.answerCallback(back.split("/").at(-1) as string, { body: echo });
  const found = await ended(client, run);
  const events = await allEvents(client, run);
  assert.equal(found.status, "completed");
  const known = JSON.stringify([found, events]);
  assert.ok(!known.includes(value), known);
  assert.match(known, /\[secret KEY\].*\[secret KEY\].*\/callbacks\/\[secret callback\.token\]/);
});

test("credentials that are no secrets are not shown in the log", async () => {
  const steps = `{call: {request: {method: GET, url: "${address}/shown", headers: {x-api-key: "{{ trigger.body.given }}"}}}}`;
  const { events } = await runOf("shown", steps, { given: "given by the caller" });
  assert.equal(service.of("/shown")[0]?.headers["x-api-key"], "given by the caller");
  const started = events.find(({ type }) => type === "step.started")?.data as {
    readonly request: { readonly headers: unknown };
  };
  assert.deepEqual(started.request.headers, [["x-api-key", "[masked]"]]);
});

test("Ctrl-C where a value is typed ends the command as Ctrl-C does, and stores nothing", async () => {
  const program = join(import.meta.dirname, "../process/as-on-a-terminal.ts");
  const child = spawn(process.execPath, [program, "secret", "set", "TYPED"], {
    env: { ...process.env, DISPATCHED_HOME: home },
  });
  await once(child.stderr, "data");
  child.stdin.write("half\u0003");
  const [code] = (await once(child, "close")) as [number];
  assert.equal(code, 130);
  const names = (await engine.client.listSecrets()).secrets.map(({ name }) => name);
  assert.ok(!names.includes("TYPED"));
});
