// What had waited for somebody to sign in is counted as it is set going: items of the inbox, and runs that the engine could not open.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AuditStage, posted, startAt, tenant } from "./audit-stage.ts";

const documents = {
  nap: "name: nap\nversion: 1\nmode: attended\ntriggers: [{type: http}]\nsteps: {nap: {sleep: 10s}}",
  shop: "name: shop\nversion: 1\ntriggers: [{type: http, schema: {type: number}}]\nsteps: {said: {value: 1}}",
};

const startOf = (workflow: string, body: number | string) => ({
  workflow,
  version: null,
  idempotencyKey: null,
  trigger: posted(body),
});

test("who signs in is told what waited, and nothing of what came after", async () => {
  const stage = new AuditStage();
  const pass = (seconds: number) => stage.clock.passTo(startAt + seconds * 1_000);
  const first = await stage.engine(stage.vault(true));
  for (const text of Object.values(documents))
    await first.putWorkflow(tenant, { name: null, text, format: "yaml", dryRun: false });
  await first.startRun(tenant, startOf("nap", 1));
  const { run: late } = await first.startRun(tenant, startOf("nap", 1));
  assert.equal(await first.review.whatWaited(tenant), null);
  await pass(2);
  await first.stop();

  const vault = stage.vault(false);
  const second = await stage.engine(vault);
  await pass(20);
  await second.acceptStart(tenant, startOf("shop", 7));
  await second.acceptStart(tenant, startOf("shop", "no number"));
  await pass(30);
  vault.unlock(tenant, stage.keys, new Uint8Array(32));
  second.unlocked(tenant);
  const atOnce = await second.review.whatWaited(tenant);
  assert.equal((atOnce?.items ?? 0) + (atOnce?.waiting ?? 0), 2, "whether it was judged or not");
  await pass(31);
  await second.waitForEnd(tenant, late, startAt + 60_000);
  const waited = await second.review.whatWaited(tenant);
  assert.deepEqual(waited, {
    openedAt: startAt + 30_000,
    items: 2,
    rejected: 1,
    waiting: 0,
    runs: 2,
    oldestAt: startAt + 10_000,
  });
  // What comes while somebody is there waits for nobody.
  const { run } = await second.startRun(tenant, startOf("nap", 1));
  await pass(50);
  assert.notEqual((await second.getRun(tenant, run)).endedAt, null);
  assert.deepEqual(await second.review.whatWaited(tenant), waited);
  vault.lock(tenant);
  second.locked(tenant);
  vault.unlock(tenant, stage.keys, new Uint8Array(32));
  second.unlocked(tenant);
  await pass(51);
  assert.equal(await second.review.whatWaited(tenant), null, "it is told once");
  await second.stop();
});
