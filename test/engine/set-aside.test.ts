// A run in line that cannot be read holds up nobody, and has its place when it can be read again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import type { RunId } from "../../src/value/id.ts";
import { startNode, startOf, everyTenant as tenant } from "../process/every-kind.ts";
import { until } from "./until.ts";

const text = `name: one-by-one
version: 1
triggers: [{type: http}]
concurrency: {limit: 1}
steps: {gate: {wait: {signal: go, timeout: 1h}}}`;

test("those behind a damaged run in line get their places, and it gets its own when it is healed", async () => {
  const store = new MemoryStore({ exclusive: true });
  const first = await startNode(store);
  await first.signIn(1);
  await first.engine.putWorkflow(tenant, { name: "one-by-one", text, format: "yaml", dryRun: false });
  const start = async () => (await first.engine.startRun(tenant, startOf("one-by-one"))).run;
  const [holder, damaged, third, fourth] = [await start(), await start(), await start(), await start()];
  const runs = [holder, damaged, third, fourth];
  const statuses = () => Promise.all(runs.map(async (run) => (await store.readRun(tenant, run))?.status));
  const untilAre = (...wanted: string[]) => until(async () => (await statuses()).join() === wanted.join());
  const letGo = (run: RunId) => until(async () => (await store.readRun(tenant, run))?.held === false);
  await untilAre("waiting", "queued", "queued", "queued");
  for (const run of runs) await letGo(run);

  const read = store.readEvents.bind(store);
  store.readEvents = async (of, run, ...asked) => {
    const batches = await read(of, run, ...asked);
    if (run !== damaged) return batches;
    return batches.map((batch) => ({ ...batch, sealed: batch.sealed.slice().reverse() }));
  };
  const go = ({ engine }: typeof first, run: RunId) => engine.sendSignal(tenant, run, "go", {}, null);
  await go(first, holder);
  await untilAre("completed", "queued", "waiting", "queued");
  await assert.rejects(go(first, damaged), { code: "run_quarantined" });
  await first.engine.stop();

  store.readEvents = read;
  const second = await startNode(store);
  try {
    await second.signIn(1);
    await go(second, third);
    await untilAre("completed", "waiting", "completed", "queued");
    await go(second, damaged);
    await untilAre("completed", "completed", "completed", "waiting");
  } finally {
    await second.engine.stop();
    await store.close();
  }
});
