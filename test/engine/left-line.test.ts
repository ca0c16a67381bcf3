// Who leaves the line for a place, or never stands in it, keeps nobody waiting.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { OutboundOutcome } from "../../src/ports/caller.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import type { RunId } from "../../src/value/id.ts";
import { startNode, startOf, everyTenant as tenant } from "../process/every-kind.ts";
import { AnsweringCaller, jsonResponse } from "./answering-caller.ts";
import { until } from "./until.ts";

const url = "https://s.example.com/";
const document = `name: deploy
version: 1
triggers: [{type: http}]
concurrency: {limit: 1}
labels: {of: "{{ trigger.body.of }}"}
steps:
  book:
    request: {method: POST, url: "${url}"}
    compensate: {request: {method: DELETE, url: "${url}"}}
  gate: {after: [book], wait: {signal: go}}`;

/** A booking is answered at once, its undoing never. */
function answer(method: string): OutboundOutcome | Promise<OutboundOutcome> {
  return method === "POST" ? jsonResponse(200, {}) : new Promise(() => {});
}

async function openStage() {
  const store = new MemoryStore({ exclusive: true });
  const caller = new AnsweringCaller(({ method }) => answer(method));
  const node = () => startNode(store, caller);
  const { engine, signIn } = await node();
  await signIn(1);
  await engine.putWorkflow(tenant, { name: "deploy", text: document, format: "yaml", dryRun: false });
  const { trigger, ...start } = startOf("deploy");
  const statusOf = async (run: RunId) => (await store.readRun(tenant, run))?.status;
  return {
    engine,
    node,
    methods: () => caller.requests.map(({ method }) => method),
    start: async (of: string, version: number | null = null) => {
      const asked = { ...start, version, trigger: { ...trigger, body: { of } } };
      return (await engine.startRun(tenant, asked)).run;
    },
    statusOf,
    untilIs: (run: RunId, status: string) => until(async () => (await statusOf(run)) === status),
    close: async () => {
      await engine.stop();
      await store.close();
    },
  };
}

test("a rerun that is cancelled while it waits keeps nobody waiting while it undoes what it carried over", async () => {
  const { engine, methods, start, statusOf, untilIs, close } = await openStage();
  try {
    const first = await start("a");
    await untilIs(first, "waiting");
    await engine.cancelRun(tenant, first, false);
    await untilIs(first, "cancelled");
    const holder = await start("b");
    await untilIs(holder, "waiting");
    const { run: rerun } = await engine.rerun(tenant, first, { from: [], version: null });
    const next = await start("c");
    assert.deepEqual([await statusOf(rerun), await statusOf(next)], ["queued", "queued"]);
    await engine.cancelRun(tenant, rerun, true);
    await untilIs(rerun, "compensating");
    await engine.cancelRun(tenant, holder, false);
    await untilIs(next, "waiting");
    assert.equal(await statusOf(rerun), "compensating");
    assert.deepEqual(methods(), ["POST", "POST", "DELETE", "POST"]);
  } finally {
    await close();
  }
});

test("a run whose labels cannot be made fails at once, also when every place is taken", async () => {
  const { engine, start, untilIs, close } = await openStage();
  try {
    const holder = await start("a");
    await untilIs(holder, "waiting");
    await untilIs(await start("x".repeat(10_000)), "failed");
    await engine.cancelRun(tenant, holder, false);
    await untilIs(await start("b"), "waiting");
  } finally {
    await close();
  }
});

test("an attended run in line keeps nobody waiting while nobody is signed in, and keeps its place", async () => {
  const { engine, node, start, statusOf, untilIs, close } = await openStage();
  const text = document.replace("version: 1", "version: 2\nmode: attended");
  await engine.putWorkflow(tenant, { name: "deploy", text, format: "yaml", dryRun: false });
  const holder = await start("a", 1);
  await untilIs(holder, "waiting");
  const attended = await start("b");
  const behind = await start("c", 1);
  const last = await start("d", 1);
  await engine.stop();
  const locked = await node();
  try {
    await locked.engine.tenants.admit(tenant);
    await locked.engine.acceptCancel(tenant, holder, false);
    await untilIs(behind, "waiting");
    assert.deepEqual([await statusOf(attended), await statusOf(last)], ["queued", "queued"]);
    await locked.signIn(1);
    await locked.engine.cancelRun(tenant, behind, false);
    await untilIs(attended, "waiting");
    assert.equal(await statusOf(last), "queued", "first come, first served");
  } finally {
    await locked.engine.stop();
    await close();
  }
});
