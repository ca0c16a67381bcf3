// Over HTTP and from the terminal: what came by a hook is listed, shown and sent again; samples are taken as signed.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runCommand } from "../process/run-command.ts";
import { secondTenant } from "../process/second-tenant.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-deliveries-"));
const program = join(import.meta.dirname, "../../bin/dispatched");
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home, { DISPATCHED_REGISTRATION: "open" });
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

const document = (name: string, verify = "") =>
  `name: ${name}\nversion: 1\ntriggers: [{type: http${verify}}]\nsteps: {hello: {value: "{{ trigger.body }}"}}\n`;

async function hookOf(name: string, verify = "") {
  await engine.client.putWorkflow(name, document(name, verify), "yaml");
  return engine.client.createHook(name);
}

async function post(url: string, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}) {
  const init = { method: "POST", headers: { "content-type": "application/json", ...headers }, body };
  const answer = await fetch(url, init);
  return { status: answer.status, json: (await answer.json()) as Readonly<Record<string, string>> };
}

async function dispatched(...args: readonly string[]) {
  const child = spawn(program, args, {
    env: { ...process.env, DISPATCHED_HOME: home, DISPATCHED_URL: engine.url },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      text += chunk;
    });
  const [code] = (await once(child, "close")) as [number];
  return { code, text };
}

test("each request leaves a delivery: taken, not JSON, not UTF-8, too large", async () => {
  const { client } = engine;
  const hook = await hookOf("open");
  const taken = await post(`${hook.url}?a=1&a=2`, '{ "no": 1 }', {
    "x-kept": "1",
    authorization: "Basic eA==",
  });
  assert.equal(taken.status, 202);
  assert.equal((await post(hook.url, "{")).json["code"], "invalid_json");
  assert.equal((await post(hook.url, Uint8Array.of(0xff, 0xfe))).json["code"], "bad_request");
  assert.equal((await post(hook.url, "x".repeat(1_100_000))).json["code"], "body_too_large");
  const { deliveries } = await client.listDeliveries(hook.id);
  assert.deepEqual(
    deliveries.map(({ state, reason }) => [state, reason]),
    [
      ["refused", "body_too_large"],
      ["refused", "bad_request"],
      ["refused", "invalid_json"],
      ["started", null],
    ],
  );
  const [large, odd, , first] = await Promise.all(deliveries.map(({ id }) => client.showDelivery(id)));
  assert.deepEqual(
    [first?.body, first?.query, first?.run],
    ['{ "no": 1 }', { a: ["1", "2"] }, taken.json["run"]],
  );
  assert.equal(first?.headers["x-kept"], "1");
  assert.equal(first?.headers["authorization"], undefined);
  assert.deepEqual([odd?.encoding, odd?.body], ["base64url", "__4"]);
  assert.equal(large?.whole, false);
  const pages = await client.listDeliveries(hook.id, { state: "refused", limit: "2" });
  const rest = await client.listDeliveries(hook.id, {
    state: "refused",
    limit: "2",
    cursor: pages.next ?? "",
  });
  assert.deepEqual([pages.deliveries.length, rest.deliveries.length, rest.next], [2, 1, null]);
  await assert.rejects(client.replayDelivery(first?.id ?? ""), { code: "delivery_taken" });
  const again = await client.replayDelivery(first?.id ?? "", true);
  assert.notEqual(again.run, taken.json["run"]);
  const { client: theirs } = await secondTenant(engine.url);
  await assert.rejects(theirs.showDelivery(first?.id ?? ""), { code: "delivery_not_found" });
  await assert.rejects(theirs.replayDelivery(first?.id ?? "", true), { code: "delivery_not_found" });
  await assert.rejects(theirs.listDeliveries(hook.id), { code: "hook_not_found" });
});

test("samples are signed as their senders sign, and refused by another secret", async () => {
  const key = `whsec_${Buffer.alloc(24, 5).toString("base64")}`;
  const [right, wrong] = [join(home, "right.txt"), join(home, "wrong.txt")];
  // As an editor of Windows writes it.
  writeFileSync(right, `\ufeff${key}\r\n`);
  writeFileSync(wrong, `whsec_${Buffer.alloc(24, 6).toString("base64")}`);
  await engine.client.putSecret("HOOK_SECRET", key);
  const samples = {
    github: "github:push",
    stripe: "stripe:payment_intent.succeeded",
    slack: "slack:event",
    "standard-webhooks": "standard-webhooks",
  };
  for (const [type, sample] of Object.entries(samples)) {
    const hook = await hookOf(`from-${type}`, `, verify: {type: ${type}, secret: HOOK_SECRET}`);
    const taken = await dispatched("trigger", sample, hook.url, "--secret-file", right);
    assert.deepEqual([taken.code, taken.text.slice(0, 3)], [0, "202"], taken.text);
    const refused = await dispatched("trigger", sample, hook.url, "--secret-file", wrong);
    assert.deepEqual([refused.code, refused.text.slice(0, 3)], [1, "401"], refused.text);
    const listed = await dispatched("hook", "deliveries", hook.id);
    assert.match(listed.text, /refused: signature_invalid[\s\S]*started/);
  }
  const hook = await hookOf("from-editor", ", verify: {type: github, secret: HOOK_SECRET}");
  const sent = () => dispatched("trigger", "github:push", hook.url, "--secret-file", right);
  for (const input of [readFileSync(right, "utf8"), ""]) {
    const file = input === "" ? ["--file", right] : [];
    await engine.client.putSecret("HOOK_SECRET", "another secret than before");
    assert.equal((await sent()).code, 1);
    assert.equal((await runCommand(home, ["secret", "set", "HOOK_SECRET", ...file], { input })).code, 0);
    const { code, text } = await sent();
    assert.equal(code, 0, text);
  }
  writeFileSync(wrong, "\n");
  const none = await dispatched("trigger", "github:push", hook.url, "--secret-file", wrong);
  assert.equal(none.code, 2, none.text);
});

test("a delivery goes byte for byte to an address of this machine, and to no other without a word", async () => {
  const hook = await hookOf("sent");
  const body = '{"text": "é",  "n": 1.0}';
  const taken = await post(hook.url, body, { "x-signature": "abc" });
  const [delivery] = (await engine.client.listDeliveries(hook.id)).deliveries;
  const heard: { headers: IncomingMessage["headers"]; body: string; url: string }[] = [];
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    heard.push({ headers: request.headers, body: Buffer.concat(chunks).toString(), url: request.url ?? "" });
    response.end("thanks");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const to = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`;
    const sent = await dispatched("replay", delivery?.id ?? "", "--to", to);
    assert.deepEqual([sent.code, sent.text], [0, "200  thanks\n"]);
    assert.deepEqual(
      [heard[0]?.body, heard[0]?.headers["x-signature"], heard[0]?.url],
      [body, "abc", "/webhook"],
    );
    // By a sender that sends little: nothing is added to it.
    const bare = request(hook.url, { method: "POST", headers: { "content-type": "application/json" } });
    bare.end("{}");
    await once(bare, "response");
    const [last] = (await engine.client.listDeliveries(hook.id)).deliveries;
    assert.equal((await dispatched("replay", last?.id ?? "", "--to", to)).code, 0);
    const names = Object.keys(heard[1]?.headers ?? {}).toSorted();
    assert.deepEqual(names, ["connection", "content-length", "content-type", "host"]);
    const elsewhere = await dispatched("replay", delivery?.id ?? "", "--to", "https://example.com/");
    assert.deepEqual([elsewhere.code, /--yes/.test(elsewhere.text)], [2, true]);
  } finally {
    server.close();
  }
  const shown = await dispatched("delivery", "show", delivery?.id ?? "");
  assert.match(shown.text, new RegExp(taken.json["run"] ?? "none"));
  assert.equal((await dispatched("replay", delivery?.id ?? "")).code, 1);
  assert.match((await dispatched("replay", delivery?.id ?? "", "--again")).text, /^run_/);
});
