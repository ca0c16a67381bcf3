// The end of a run that the store takes late, after its write had failed: whoever follows the runs hears of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { AppendUnit } from "../../src/ports/store.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import { DispatchedError } from "../../src/value/problem.ts";
import { startNode, startOf, everyTenant as tenant } from "../process/every-kind.ts";
import { until } from "./until.ts";

const fails = `name: fails
version: 1
triggers: [{type: http}]
steps:
  gate: {wait: {signal: go, timeout: 1h}}
  one: {after: [gate], value: 'a {{ trigger.body.nothing }}'}`;

/** A store that falls silent at a write that it takes all the same, a little later. */
class LateStore extends MemoryStore {
  isLate = false;

  override append(units: readonly AppendUnit[]): ReturnType<MemoryStore["append"]> {
    if (!this.isLate) return super.append(units);
    this.isLate = false;
    setTimeout(() => void super.append(units), 20);
    return Promise.reject(new DispatchedError("store_unavailable", "it fell silent", { retryable: true }));
  }
}

test("a run's end that was stored late is told", async () => {
  const store = new LateStore({ exclusive: true });
  const { engine, signIn } = await startNode(store);
  try {
    await signIn(1);
    await engine.putWorkflow(tenant, { name: "fails", text: fails, format: "yaml", dryRun: false });
    const { run } = await engine.startRun(tenant, startOf("fails"));
    await until(async () => (await store.readRun(tenant, run))?.held === false);
    const follower = engine.review.follow(tenant);
    store.isLate = true;
    const sent = engine.sendSignal(tenant, run, "go", null, null).catch(() => {});
    await until(async () => (await store.readRun(tenant, run))?.endedAt != null);
    const heard = await follower.next(Date.now() + 5_000);
    assert.deepEqual(heard, { runs: [run], overflown: false });
    follower.close();
    await sent;
  } finally {
    await engine.stop();
    await store.close();
  }
});
