// A command meets a run that was just let go: it is brought again; a queued run takes the place that became free while it was paused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import type { RunId } from "../../src/value/id.ts";
import { startNode, startOf, everyTenant as tenant } from "../process/every-kind.ts";
import { until } from "./until.ts";

const single = `name: single
version: 1
triggers: [{type: http}]
concurrency: {key: all, limit: 1}
steps: {gate: {wait: {signal: go}}}`;

test("a queued run that was paused takes the place that is free when it is resumed", async () => {
  const store = new MemoryStore({ exclusive: true });
  const { engine, signIn } = await startNode(store);
  const statusOf = async (run: RunId) => (await store.readRun(tenant, run))?.status;
  try {
    await signIn(1);
    await engine.putWorkflow(tenant, { name: "single", text: single, format: "yaml", dryRun: false });
    const { run: first } = await engine.startRun(tenant, startOf("single"));
    await until(async () => (await statusOf(first)) === "waiting");
    const { run: queued } = await engine.startRun(tenant, startOf("single"));
    assert.equal(await statusOf(queued), "queued");
    await engine.pauseRun(tenant, queued);
    await engine.cancelRun(tenant, first, false);
    await until(async () => (await statusOf(first)) === "cancelled");
    assert.equal(await statusOf(queued), "paused");
    await engine.resumeRun(tenant, queued);
    await until(async () => (await statusOf(queued)) === "waiting");
  } finally {
    await engine.stop();
    await store.close();
  }
});
