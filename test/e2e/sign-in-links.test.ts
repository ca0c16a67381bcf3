// `dispatched open` and `sessions`: a browser signed in by a one-time address, listed, ended.

import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { watch } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Client } from "../../src/client/client.ts";
import { redeemSignInLink, signInCodeOf } from "../../src/client/sign-in-link.ts";
import { runCommand } from "../process/run-command.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-links-"));
const noDisplay = { DISPLAY: "", WAYLAND_DISPLAY: "" };
let engine: EngineUnderTest;
let run: string;

before(async () => {
  engine = await startDev(home);
  const text = "name: hello\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: {value: 1}}\n";
  await engine.client.putWorkflow("hello", text, "yaml");
  ({ run } = await engine.client.startRun("hello", { body: null }));
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

async function appears(folder: string, name: string): Promise<void> {
  for await (const { filename } of watch(folder)) if (filename === name) return;
}

async function printed(...args: readonly string[]): Promise<URL> {
  const { code, out, err } = await runCommand(home, ["open", ...args], { env: noDisplay });
  assert.equal(code, 0, err);
  return new URL(out.split("\n", 1)[0] ?? "");
}

test("open prints an address whose fragment signs in, once; the session does what pages do", async () => {
  const address = await printed(run);
  assert.equal(address.pathname, `/runs/${run}`);
  const code = signInCodeOf(address.hash) ?? "";
  const opened = await redeemSignInLink(engine.url, code);
  const client = new Client(engine.url, opened.session, { retries: 0 });
  assert.equal((await client.getRun(run)).id, run);
  await client.putSecret("KEY", "canary");
  assert.deepEqual((await client.listSecrets()).secrets.length, 1);
  assert.equal((await client.showSession()).expires_at, opened.expires_at);
  await assert.rejects(redeemSignInLink(engine.url, code), { code: "sign_in_link_refused", status: 401 });
  await assert.rejects(client.makeSignInLink(), { code: "private_key_needed", status: 403 });
  await assert.rejects(client.exportAudit("", 0), { code: "private_key_needed" });
  assert.ok(!engine.output().includes("dst_link_"), "no code is logged");
});

test("a code is taken as JSON only, from a body only, and the answer is not kept by caches", async () => {
  const code = signInCodeOf((await printed()).hash) ?? "";
  const url = `${engine.url}/api/sign-in-links/redeem`;
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const asForm = await fetch(url, { method: "POST", headers: form, body: `code=${code}` });
  assert.equal(asForm.status, 415);
  assert.equal((await fetch(`${url}?code=${code}`, { method: "POST" })).status, 400);
  assert.equal((await fetch(url)).status, 405);
  const headers = { "content-type": "application/json", origin: "https://elsewhere.example" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify({ code }) });
  assert.equal(answer.status, 201);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  assert.equal(answer.headers.get("access-control-allow-origin"), null);
  assert.equal(answer.headers.get("set-cookie"), null);
});

test("open calls the program of the system that opens addresses, and says where it went", async () => {
  if (process.platform !== "linux") return;
  const [seen, program] = [join(home, "seen"), join(home, "xdg-open")];
  writeFileSync(program, `#!/bin/sh\nprintf '%s' "$1" > ${seen}.part && mv ${seen}.part ${seen}\n`);
  chmodSync(program, 0o700);
  const env = { DISPLAY: ":0", PATH: `${home}:${process.env["PATH"]}` };
  const written = appears(home, "seen");
  const { code, out } = await runCommand(home, ["open"], { env });
  assert.equal(code, 0);
  assert.doesNotMatch(out, /dst_link_/);
  await written;
  const address = readFileSync(seen, "utf8");
  assert.ok(signInCodeOf(new URL(address).hash) !== null, address);
});

test("sessions are listed with how they were opened, and end one by one", async () => {
  const opened = await redeemSignInLink(engine.url, signInCodeOf((await printed()).hash) ?? "");
  const client = new Client(engine.url, opened.session, { retries: 0 });
  const { sessions } = await client.listSessions();
  const own = sessions.filter(({ current }) => current);
  assert.deepEqual(
    own.map(({ by }) => by),
    ["link"],
  );
  assert.ok(sessions.some(({ by }) => by === "handshake"));
  assert.doesNotMatch(JSON.stringify(sessions), /dst_/);
  const listed = await runCommand(home, ["sessions", "list"]);
  assert.match(listed.out, new RegExp(`${own[0]?.id} +sign-in link`));
  const done = await runCommand(home, ["sessions", "end", own[0]?.id ?? ""]);
  assert.equal(done.code, 0, done.err);
  await assert.rejects(client.showSession(), { code: "unauthenticated" });
  const again = await runCommand(home, ["sessions", "end", own[0]?.id ?? "", "--json"]);
  assert.equal(again.code, 5);
  assert.match(again.err, /session_not_found/);
});
