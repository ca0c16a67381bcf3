// A caller that waits for the answer of a run that has left memory: its log is read again when something has happened.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AnsweringCaller } from "./answering-caller.ts";
import { AuditStage, posted, startAt, tenant } from "./audit-stage.ts";

const text = `name: shop
version: 1
triggers: [{type: http}]
steps:
  many: {request: {method: POST, url: "https://api.example/"}, strategy: {type: scatter, over: [1, 2, 3]}}
  ok: {after: [many], wait: {signal: ok}}`;

async function parked() {
  const stage = new AuditStage();
  stage.caller = new AnsweringCaller();
  const engine = await stage.engine(stage.vault(true), stage.store);
  await engine.putWorkflow(tenant, { name: null, text, format: "yaml", dryRun: false });
  const trigger = posted(null);
  const started = { workflow: "shop", version: null, idempotencyKey: null, trigger };
  const { run } = await engine.startRun(tenant, started);
  await stage.clock.passTo(startAt + 60_000);
  assert.equal((await stage.store.readRun(tenant, run))?.held, false);
  let reads = 0;
  const read = stage.store.readEvents.bind(stage.store);
  stage.store.readEvents = (...asked) => {
    reads++;
    return read(...asked);
  };
  return { stage, engine, run, reads: () => reads };
}

test("the log is not read again while nothing happens", async () => {
  const { stage, engine, run, reads } = await parked();
  const told = engine.waitForAnswer(tenant, run, stage.clock.now() + 300_000);
  await stage.clock.passTo(stage.clock.now() + 301_000);
  assert.equal((await told).view.status, "waiting");
  // At the beginning, and for the answer; a log is read until a page of it is empty.
  assert.ok(reads() <= 4, `${reads()}`);
});

test("what happens meanwhile is told at once", async () => {
  const { stage, engine, run } = await parked();
  const told = engine.waitForAnswer(tenant, run, stage.clock.now() + 300_000);
  await stage.clock.passTo(stage.clock.now() + 60_000);
  await engine.sendSignal(tenant, run, "ok", null, null);
  await stage.clock.passTo(stage.clock.now() + 10_000);
  assert.equal((await told).view.status, "completed");
});
