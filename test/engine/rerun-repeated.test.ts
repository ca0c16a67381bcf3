// A rerun that is asked for again under its key is answered, whatever has become of the run before meanwhile.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { OutboundOutcome, OutboundRequest } from "../../src/ports/caller.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import { startNode, startOf, everyTenant as tenant } from "../process/every-kind.ts";
import { AnsweringCaller, jsonResponse } from "./answering-caller.ts";
import { until } from "./until.ts";

const url = "https://s.example.com/";
const document = `name: deploy
version: 1
triggers: [{type: http}]
retention: 1h
steps:
  book:
    request: {method: POST, url: "${url}"}
    compensate: {request: {method: DELETE, url: "${url}"}}
  gate: {after: [book], wait: {signal: go}}`;
const request = { from: ["gate"], version: null, idempotencyKey: "k" };

/** A booking is answered at once; undoing it is refused, and the second time has no end. */
function answers(): (request: OutboundRequest) => OutboundOutcome | Promise<OutboundOutcome> {
  let undone = 0;
  return ({ method }) => {
    if (method === "POST") return jsonResponse(200, {});
    return undone++ === 0 ? jsonResponse(400, {}) : new Promise(() => {});
  };
}

/** A run that was cancelled at its gate and could not be undone, and the one that goes again from there. */
async function openStage() {
  const store = new MemoryStore({ exclusive: true });
  const node = () => startNode(store, new AnsweringCaller(answers()));
  const { engine, signIn } = await node();
  await signIn(1);
  await engine.putWorkflow(tenant, { name: "deploy", text: document, format: "yaml", dryRun: false });
  const { run: old } = await engine.startRun(tenant, startOf("deploy"));
  const untilIs = (status: string) =>
    until(async () => (await store.readRun(tenant, old))?.status === status);
  await untilIs("waiting");
  await engine.cancelRun(tenant, old, true);
  await untilIs("cancelled");
  const { run } = await engine.rerun(tenant, old, request);
  return { store, node, engine, old, run };
}

test("while the run before is being undone again", async () => {
  const { store, engine, old, run } = await openStage();
  try {
    await engine.compensateRun(tenant, old);
    const unnamed = engine.rerun(tenant, old, { ...request, idempotencyKey: null });
    await assert.rejects(unnamed, { code: "run_not_ended" });
    assert.deepEqual(await engine.rerun(tenant, old, request), { run, repeated: true });
    const other = engine.rerun(tenant, old, { ...request, from: ["book"] });
    await assert.rejects(other, { code: "run_not_ended" }, "of another request it cannot be told");
  } finally {
    await engine.stop();
    await store.close();
  }
});

test("when the run before is forgotten", async () => {
  const { store, node, engine, old, run } = await openStage();
  await engine.stop();
  const now = Date.now();
  const fence = await store.openLease({ node: "another", now, ttlMs: 1 });
  assert.ok(fence !== null && (await store.dropEnded(fence, now + 2 * 3_600_000, 9)) > 0);
  assert.equal(await store.readRun(tenant, old), null);
  await store.closeLease(fence, []);
  const again = await node();
  try {
    await again.signIn(1);
    assert.deepEqual(await again.engine.rerun(tenant, old, request), { run, repeated: true });
    const other = again.engine.rerun(tenant, old, { ...request, idempotencyKey: "another" });
    await assert.rejects(other, { code: "run_not_found" });
  } finally {
    await again.engine.stop();
    await store.close();
  }
});
