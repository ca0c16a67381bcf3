// A call whose secret is still being read when the breaker of its host opens is held back, and sent when the breaker lets one through.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Engine } from "../../src/engine/engine.ts";
import { sameBytes } from "../../src/engine/same-bytes.ts";
import { AnsweringCaller, jsonResponse } from "./answering-caller.ts";
import { AuditStage, posted, tenant } from "./audit-stage.ts";

const openMs = 30_000;
const text = `name: shop
version: 1
triggers: [{type: http}]
steps:
  first: {request: {method: GET, url: "https://api.example.com/first"}}
  nap: {after: [first], sleep: 1s}
  fails: {after: [nap], request: {method: POST, url: "https://api.example.com/fails"}, on_error: continue}
  pays: {after: [nap], request: {method: POST, url: "https://api.example.com/pays", headers: {x-key: "{{ secrets.KEY }}"}}}`;

async function start(engine: Engine) {
  const trigger = posted(null);
  const start = { workflow: "shop", version: null, idempotencyKey: null, trigger };
  return (await engine.startRun(tenant, start)).run;
}

/** A run of an engine whose reads of the secret wait until `readOn`. */
async function stageOf() {
  const stage = new AuditStage();
  const caller = new AnsweringCaller(({ url }) => jsonResponse(url.endsWith("/fails") ? 503 : 200, {}));
  stage.caller = caller;
  const rule = { host: "api.example.com", rate: null, concurrency: null, breaker: { failures: 1, openMs } };
  const vault = stage.vault(true);
  const engine = await stage.engine(vault, stage.store, { hosts: [rule] });
  await engine.putSecret(tenant, "KEY", { value: "value", allowedHosts: null });
  await engine.putWorkflow(tenant, { name: null, text, format: "yaml", dryRun: false });
  const run = await start(engine);
  const { promise, resolve: readOn } = Promise.withResolvers<void>();
  const { store } = stage;
  const read = store.readSecret.bind(store);
  const key = vault.hash(tenant, "secret", "KEY");
  store.readSecret = async (owner, name) => {
    if (sameBytes(name, key)) await promise;
    return read(owner, name);
  };
  // The first closes the breaker, which is half-open after a start.
  const called = () => caller.requests.map(({ url }) => new URL(url).pathname).slice(1);
  return { stage, engine, run, called, readOn };
}

test("it is sent when the breaker has been open for its time", async () => {
  const { stage, engine, run, called, readOn } = await stageOf();
  await stage.clock.passTo(stage.clock.now() + 1_000);
  assert.deepEqual(called(), ["/fails"]);
  readOn();
  await stage.clock.passTo(stage.clock.now() + openMs - 1);
  assert.deepEqual(called(), ["/fails"]);
  const { now } = await engine.getRun(tenant, run);
  assert.match(JSON.stringify(now), /breaker/);
  await stage.clock.passTo(stage.clock.now() + 1);
  assert.deepEqual(called(), ["/fails", "/pays"]);
  assert.equal((await engine.getRun(tenant, run)).status, "completed");
});

test("a run that is cancelled while its call is held back ends at once, and the call is never sent", async () => {
  const { stage, engine, run, called, readOn } = await stageOf();
  await stage.clock.passTo(stage.clock.now() + 1_000);
  readOn();
  await stage.clock.passTo(stage.clock.now() + 1);
  await engine.cancelRun(tenant, run, true);
  await stage.clock.passTo(stage.clock.now() + 1);
  const { status, steps } = await engine.getRun(tenant, run);
  assert.equal(status, "cancelled");
  assert.match(JSON.stringify(steps), /call_withdrawn/);
  await stage.clock.passTo(stage.clock.now() + 2 * openMs);
  assert.deepEqual(called(), ["/fails"]);
});
