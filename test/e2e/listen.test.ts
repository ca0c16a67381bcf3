// `listen`, and the stream of deliveries under it: each once and in order, over a crash, a restart and a hook that is made meanwhile.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Client } from "../../src/client/client.ts";
import { localSession } from "../process/local-session.ts";
import { type Running, startCommand } from "../process/run-command.ts";
import { secondTenant } from "../process/second-tenant.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-listen-"));
let dev: Running;
let url: string;
let client: Client;

async function startDev(port: string): Promise<void> {
  dev = startCommand(home, ["dev", "--port", port], { DISPATCHED_REGISTRATION: "open" });
  const ready = /^ready (http\S+)$/m;
  [, url = ""] = ready.exec(await dev.says(ready)) ?? [];
  client = new Client(url, localSession(home).token, { retries: 0 });
}

before(() => startDev("0"));

after(async () => {
  dev.child.kill("SIGTERM");
  await dev.done;
  rmSync(home, { recursive: true, force: true });
});

async function hookOf(name: string, of = client) {
  const text = `name: ${name}\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: {value: 1}}\n`;
  await of.putWorkflow(name, text, "yaml");
  return of.createHook(name);
}

async function post(hook: { readonly url: string }, body = "{}"): Promise<number> {
  const headers = { "content-type": "application/json" };
  // The address is of the server as it was when the hook was made: it is the same after a restart.
  return (await fetch(hook.url, { method: "POST", headers, body })).status;
}

/** The delivery of each line. */
const shown = (out: string) => out.match(/^dlv_\w+ {2}[a-z]+(?:: \w+)?/gm) ?? [];

test("listen shows each delivery once and in order, over a crash and a restart, and how runs go on", async () => {
  const hook = await hookOf("heard");
  const unheard = await hookOf("unheard");
  const args = ["listen", "heard", "--count", "4", "--runs"];
  const listening = startCommand(home, args);
  await listening.says(/^waiting for what comes by a hook; Ctrl-C ends it$/m);
  assert.deepEqual([await post(unheard), await post(hook), await post(hook, "{")], [202, 202, 400]);
  await listening.says(/refused: invalid_json/);
  dev.child.kill("SIGKILL");
  await dev.done;
  await startDev(new URL(url).port);
  await post(hook);
  await post(await hookOf("heard"));
  const { code, out, err } = await listening.done;
  assert.equal(code, 0, err);
  const states = shown(out).map((line) => line.split("  ")[1]);
  assert.deepEqual(states, ["started", "refused: invalid_json", "started", "started"], out);
  assert.equal(new Set(shown(out)).size, 4);
  assert.match(out, /^run_\w+ {2}heard v1 {2}completed$/m);
  assert.doesNotMatch(out, /unheard/);
  assert.equal(err.match(/the connection broke/g)?.length, 1, "it is said once");
});

test("a cursor goes on where it ended, other tenants are apart, and what is none is refused", async () => {
  const hook = await hookOf("read");
  const over = new AbortController();
  const stream = client.followDeliveries({ hook: hook.id }, { signal: over.signal });
  const begin = (await stream.next()).value;
  assert.equal(begin?.type, "begin");
  for (let times = 0; times < 3; times++) await post(hook);
  const first = (await stream.next()).value;
  assert.equal(first?.type, "delivery");
  over.abort();
  const rest = await client.deliveriesSince({ cursor: first?.cursor, workflow: "read" });
  assert.equal(rest.deliveries.length, 2);
  assert.deepEqual(
    (await client.deliveriesSince({ cursor: begin?.cursor })).deliveries.slice(1),
    rest.deliveries,
  );
  const waiting = client.deliveriesSince({ cursor: rest.cursor, wait: 20 });
  await post(hook);
  assert.equal((await waiting).deliveries.length, 1);
  const narrow = client.deliveriesSince({ cursor: (await waiting).cursor, hook: hook.id, wait: 20 });
  await post(await hookOf("besides"));
  await post(hook);
  assert.deepEqual(
    (await narrow).deliveries.map((one) => one.hook),
    [hook.id],
    "what comes by another hook ends no wait",
  );
  const { client: theirs } = await secondTenant(url);
  assert.deepEqual((await theirs.deliveriesSince({ cursor: begin?.cursor })).deliveries, []);
  await assert.rejects(theirs.deliveriesSince({ hook: hook.id }), { code: "hook_not_found" });
  for (const cursor of ["x", Buffer.from('["a"]').toString("base64url")]) {
    await assert.rejects(client.deliveriesSince({ cursor }), { code: "invalid_cursor" }, cursor);
  }
  const refused = client.followDeliveries({}, { after: "nowhere" });
  await assert.rejects(refused.next(), { code: "invalid_cursor" });
});
