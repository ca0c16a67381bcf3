// Over HTTP: keys and hooks start runs of a tenant who is not signed in, read nothing, and what waits is started at sign-in.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "../../src/client/client.ts";
import { makeGrant } from "../../src/client/grants.ts";
import { signIn } from "../../src/client/sign-in.ts";
import { registerTenant, secondTenant } from "../process/second-tenant.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-locked-"));
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home, { DISPATCHED_REGISTRATION: "open" });
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

const greet = `
name: greet
version: 1
triggers: [{type: http}, {type: event, event: paid}]
steps: {hello: {value: "{{ trigger.body }}"}}
`;
const signed = `
name: signed
version: 1
triggers: [{type: http, verify: {type: hmac, header: X-Hub-Signature-256, secret: HOOK_SECRET, prefix: "sha256="}}]
steps: {hello: {value: 1}}
`;

async function post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const answer = await fetch(`${engine.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: text,
  });
  const json = (await answer.json()) as Readonly<Record<string, string>>;
  return { status: answer.status, json, headers: answer.headers };
}

async function emptied(client: Client): Promise<void> {
  while ((await client.listInbox({ state: "waiting" })).items.length > 0) await pause(20);
}

test("an API key alone starts runs, sends signals, events and cancels, and is told ids only", async () => {
  const { client, device, token } = await secondTenant(engine.url);
  await client.putWorkflow("greet", greet, "yaml");
  await client.putWorkflow(
    "waits",
    "name: waits\nversion: 1\nmode: attended\ntriggers: [{type: http}]\nsteps: {go: {wait: {signal: go}}}\n",
    "yaml",
  );
  const key = { "dispatched-key": device.apiKey };
  const now = await post("/workflows/greet", { no: 1 }, key);
  assert.equal(now.status, 202);
  assert.deepEqual(Object.keys(now.json).sort(), ["location", "run"]);
  const { run } = await client.startRun("waits", { body: null });
  assert.equal((await post(`/api/runs/${run}/signal/other`, {}, key)).json["code"], "signal_unknown");
  await client.signOut();
  assert.equal((await post("/workflows/greet", {}, { "dispatched-session": token })).status, 401);
  const later = await post("/workflows/greet", { no: 2 }, { ...key, "idempotency-key": "two" });
  assert.equal(later.status, 202);
  assert.deepEqual(Object.keys(later.json).sort(), ["item", "location"]);
  assert.equal(later.headers.get("dispatched-item"), later.json["item"]);
  const again = await post("/workflows/greet", { no: 2 }, { ...key, "idempotency-key": "two" });
  assert.equal(again.json["item"], later.json["item"]);
  assert.equal((await post("/workflows/nothing", {}, key)).json["code"], "workflow_not_found");
  const event = { id: "1", source: "shop", type: "paid", specversion: "1.0", data: { no: 3 } };
  const cloud = { ...key, "content-type": "application/cloudevents+json" };
  assert.equal((await post("/api/events", event, cloud)).status, 202);
  for (const path of ["/api/runs", "/api/inbox", `/api/runs/${run}`, "/api/hooks", "/api/grants"]) {
    const answer = await fetch(engine.url + path, { headers: key });
    assert.equal(answer.status, 401, path);
  }
  const { client: back } = await signIn(device);
  await emptied(back);
  const { items } = await back.listInbox({});
  assert.deepEqual(
    items.map(({ kind, state, workflow }) => [kind, state, workflow]),
    [
      ["start", "started", "greet"],
      ["event", "started", "greet"],
    ],
  );
  const [first, second] = items;
  assert.equal((await back.getRun(first?.run ?? "", 5)).status, "completed");
  assert.equal((await back.getRun(second?.run ?? "", 5)).status, "completed");
  assert.equal((await back.showItem(first?.id ?? "")).content, null);
  await back.signOut();
});

test("a hook starts its workflow; a signature is judged at the door or at the sign-in", async () => {
  const { client, device } = await secondTenant(engine.url);
  await client.putSecret("HOOK_SECRET", "shared with the sender");
  await client.putWorkflow("signed", signed, "yaml");
  const hook = await client.createHook("signed", 2);
  assert.match(hook.url, /\/hooks\/dst_hook_/);
  const path = new URL(hook.url).pathname;
  const body = '{"n":  1}';
  const mac = createHmac("sha256", "shared with the sender").update(body).digest("hex");
  const good = { "x-hub-signature-256": `sha256=${mac}` };
  assert.equal((await post(path, body, good)).status, 202);
  const bad = await post(path, `${body} `, good);
  assert.deepEqual([bad.status, bad.json["code"]], [401, "signature_invalid"]);
  await client.signOut();
  assert.ok((await post(path, body, good)).json["item"] !== undefined);
  assert.ok((await post(path, `${body} `, good)).json["item"] !== undefined, "it cannot be judged yet");
  const full = await post(path, body, good);
  assert.deepEqual([full.status, full.json["code"]], [429, "inbox_full"]);
  const { client: back } = await signIn(device);
  await emptied(back);
  assert.deepEqual(
    (await back.listInbox({ hook: hook.id })).items.map(({ state, reason }) => [state, reason]),
    [
      ["started", null],
      ["rejected", "signature_invalid"],
    ],
  );
  const { items } = await back.listInbox({ state: "rejected" });
  assert.match(JSON.stringify((await back.showItem(items[0]?.id ?? "")).content), /x-hub-signature-256/);
  await back.revokeHook(hook.id);
  assert.equal((await post(path, body, good)).json["code"], "hook_unknown");
  await back.signOut();
});

test("a handshake makes a grant, no session does; what is granted starts while it is locked", async () => {
  const { client, device } = await secondTenant(engine.url);
  await client.putWorkflow("greet", greet, "yaml");
  await assert.rejects(makeGrant(device, { workflow: "greet", days: 91 }), { code: "invalid_grant" });
  const made = await makeGrant(device, { workflow: "greet", triggers: ["key"], days: 1 });
  await client.signOut();
  const key = { "dispatched-key": device.apiKey };
  const started = await post("/workflows/greet", { no: 1 }, key);
  assert.match(started.json["run"] ?? "", /^run_/);
  const { client: back } = await signIn(device);
  assert.equal((await back.getRun(started.json["run"] ?? "", 5)).status, "completed");
  const { grants } = await back.listGrants();
  assert.deepEqual([grants[0]?.id, grants[0]?.triggers, grants[0]?.ended_at], [made.grant, ["key"], null]);
  const put = await back.putWorkflow("greet", greet.replace("version: 1", "version: 2"), "yaml");
  assert.equal(put.ended_grant, made.grant);
  await assert.rejects(back.revokeGrant(made.grant), { code: "grant_not_found" });
  await back.signOut();
});

test("a tenant finds nothing of another in inbox, hooks and grants", async () => {
  const { client } = await secondTenant(engine.url);
  await client.putWorkflow("greet", greet, "yaml");
  const hook = await client.createHook("greet");
  const stranger = await signIn(await registerTenant(engine.url));
  assert.deepEqual((await stranger.client.listHooks()).hooks, []);
  await assert.rejects(stranger.client.revokeHook(hook.id), { code: "hook_not_found" });
  await assert.rejects(stranger.client.showItem("itm_01k8000000000000000000000a"), {
    code: "item_not_found",
  });
});

function dispatched(...args: readonly string[]) {
  const executable = join(import.meta.dirname, "../../bin/dispatched");
  const env = { ...process.env, DISPATCHED_HOME: home };
  const { status, stdout, stderr } = spawnSync(executable, args, { env, encoding: "utf8" });
  return { status, out: stdout, err: stderr };
}

test("hooks, the inbox and grants on the command line", async () => {
  const file = join(home, "greet.yaml");
  writeFileSync(file, greet);
  assert.equal(dispatched("workflow", "put", file).status, 0);
  const made = dispatched("hook", "create", "greet", "--quota", "7");
  const [url = "", about = ""] = made.out.split("\n");
  assert.match(url, /^http.*\/hooks\/dst_hook_[\w-]{43}$/, made.err);
  const [hook = ""] = about.split(" ");
  assert.match(dispatched("hook", "list").out, new RegExp(`${hook} +greet +unsigned +0 of 7`));
  assert.equal((await post(new URL(url).pathname, { no: 1 })).status, 202);
  assert.equal(dispatched("hook", "revoke", hook).status, 0);
  assert.match(dispatched("hook", "revoke", hook).err, /hook_not_found/);
  assert.match(dispatched("hook", "create", "greet", "--quota", "many").err, /--quota is a number/);
  assert.match(dispatched("inbox", "list").out, /the inbox is empty/);
  assert.match(dispatched("inbox", "show", "itm_1").err, /item_not_found/);
  const grant = dispatched(
    "grant",
    "create",
    "greet",
    "--by",
    "key,hook",
    "--allow-host",
    "api.example.com",
    "--json",
  );
  const { grant: id } = JSON.parse(grant.out) as { readonly grant: string };
  assert.match(
    dispatched("grant", "list").out,
    new RegExp(`${id} +greet v1 +key, hook +api.example.com +until`),
  );
  writeFileSync(file, greet.replace("version: 1", "version: 2"));
  assert.match(dispatched("workflow", "put", file).out, new RegExp(`the grant ${id} .* has ended`));
  assert.match(dispatched("grant", "list", "--json").out, /"end":"version"/);
  assert.match(dispatched("grant", "revoke", id).err, /grant_not_found/);
});
