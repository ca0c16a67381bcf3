// `cancel_oldest`: each run that has to wait for a place cancels one, the oldest that is not at its end already.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { OutboundOutcome } from "../../src/ports/caller.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import type { RunId } from "../../src/value/id.ts";
import { DispatchedError } from "../../src/value/problem.ts";
import { startNode, startOf, everyTenant as tenant } from "../process/every-kind.ts";
import { AnsweringCaller, jsonResponse } from "./answering-caller.ts";
import { until } from "./until.ts";

const documentOf = (limit: number) => `name: deploy
version: 1
triggers: [{type: http}]
concurrency: {limit: ${limit}, on_limit: cancel_oldest}
steps: {call: {request: {method: POST, url: "https://s.example.com/"}}}`;

/** Runs whose calls are under way until `answer`: what is cancelled meanwhile keeps its place. */
async function stageOf(limit: number) {
  const store = new MemoryStore({ exclusive: true });
  const { promise, resolve } = Promise.withResolvers<OutboundOutcome>();
  const { engine, signIn } = await startNode(store, new AnsweringCaller(() => promise));
  await signIn(1);
  await engine.putWorkflow(tenant, {
    name: "deploy",
    text: documentOf(limit),
    format: "yaml",
    dryRun: false,
  });
  const runs: RunId[] = [];
  return {
    store,
    start: async () => runs.push((await engine.startRun(tenant, startOf("deploy"))).run),
    statuses: async () => Promise.all(runs.map(async (run) => (await store.readRun(tenant, run))?.status)),
    answer: () => resolve(jsonResponse(200, {})),
    isCancelled: async (at: number) => {
      const batches = await store.readEvents(tenant, runs[at] as RunId, 0, 99);
      return batches.some(({ summaries }) => summaries.some(({ type }) => type === "run.cancel_requested"));
    },
    failReads: () => {
      const read = store.readSlot.bind(store);
      store.readSlot = () =>
        Promise.reject(new DispatchedError("store_unavailable", "it fails", { retryable: true }));
      return () => {
        store.readSlot = read;
      };
    },
    close: async () => {
      await engine.stop();
      await store.close();
    },
  };
}

async function untilAre(stage: Awaited<ReturnType<typeof stageOf>>, wanted: readonly string[]) {
  await until(async () => (await stage.statuses()).join() === wanted.join());
}

test("one that is ending already is passed over", async () => {
  const stage = await stageOf(2);
  try {
    for (let count = 0; count < 4; count++) await stage.start();
    assert.deepEqual(await stage.statuses(), ["running", "running", "queued", "queued"]);
    stage.answer();
    await untilAre(stage, ["cancelled", "cancelled", "completed", "completed"]);
  } finally {
    await stage.close();
  }
});

test("when all that hold a place are ending, the oldest that waits is cancelled, and never begins", async () => {
  const stage = await stageOf(1);
  try {
    await stage.start();
    await Promise.all([stage.start(), stage.start(), stage.start()]);
    await until(async () => (await stage.statuses()).sort().join() === "cancelled,cancelled,queued,running");
    stage.answer();
    await until(
      async () => (await stage.statuses()).sort().join() === "cancelled,cancelled,cancelled,completed",
    );
  } finally {
    await stage.close();
  }
});

test("cancels that could not be written, because the store failed, are made up for", async () => {
  const stage = await stageOf(1);
  try {
    await stage.start();
    const readAgain = stage.failReads();
    for (let count = 0; count < 3; count++) await stage.start();
    assert.deepEqual(await stage.statuses(), ["running", "queued", "queued", "queued"]);
    readAgain();
    await untilAre(stage, ["running", "cancelled", "cancelled", "queued"]);
    stage.answer();
    await untilAre(stage, ["cancelled", "cancelled", "cancelled", "completed"]);
  } finally {
    await stage.close();
  }
});

test("a cancel that could not be written is made up for also where more hold a place than are looked at", async () => {
  const stage = await stageOf(101);
  try {
    for (let count = 0; count < 101; count++) await stage.start();
    const readAgain = stage.failReads();
    await stage.start();
    readAgain();
    await until(() => stage.isCancelled(0));
    assert.equal(await stage.isCancelled(1), false);
  } finally {
    stage.answer();
    await stage.close();
  }
});
