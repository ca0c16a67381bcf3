// What was damaged in the store: who needs it is told so, and others go on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import { startNode, startOf, everyTenant as tenant } from "../process/every-kind.ts";
import { AnsweringCaller, jsonResponse } from "./answering-caller.ts";
import { until } from "./until.ts";

const document = `name: signs
version: 1
triggers: [{type: http}]
steps:
  nap: {sleep: 300ms}
  call:
    after: [nap]
    request:
      method: POST
      url: "https://api.example.com/"
      body: {signature: {lang: lua, expr: "return crypto.hmac('sha256', secrets.KEY, trigger.body.text)"}}`;

test("a call whose Lua reads a damaged body fails with the code of what is wrong", async () => {
  const store = new MemoryStore({ exclusive: true });
  const caller = new AnsweringCaller(() => jsonResponse(200, {}));
  const { engine, signIn } = await startNode(store, caller);
  try {
    await signIn(1);
    await engine.putSecret(tenant, "KEY", { value: "a secret of some length" });
    await engine.putWorkflow(tenant, { name: "signs", text: document, format: "yaml", dryRun: false });
    const read = store.readChunks.bind(store);
    store.readChunks = async (...asked) =>
      (await read(...asked)).map((chunk) => ({ ...chunk, sealed: chunk.sealed.slice().reverse() }));
    const start = startOf("signs");
    const body = { text: "x".repeat(100_000) };
    const { run } = await engine.startRun(tenant, { ...start, trigger: { ...start.trigger, body } });
    await until(async () => (await store.readRun(tenant, run))?.endedAt != null);
    assert.match(JSON.stringify((await engine.getRun(tenant, run)).steps), /sealed_data_damaged/);
    assert.equal(caller.requests.length, 0);
  } finally {
    await engine.stop();
    await store.close();
  }
});

const hears = `name: hears
version: 1
triggers: [{type: http}]
steps: {paid: {wait: {event: order.paid, subject: "{{ trigger.body.order }}"}}}`;

test("a wait takes the event behind one that is damaged", async () => {
  const store = new MemoryStore({ exclusive: true });
  const { engine, signIn } = await startNode(store);
  try {
    await signIn(1);
    await engine.putWorkflow(tenant, { name: "hears", text: hears, format: "yaml", dryRun: false });
    const paid = { source: "shop", type: "order.paid", subject: "7", specversion: "1.0" } as const;
    await engine.putEvents(tenant, [{ ...paid, id: "1" }]);
    await engine.putEvents(tenant, [{ ...paid, id: "2" }]);
    const list = store.listIncoming.bind(store);
    store.listIncoming = async (...asked) => {
      const [first, ...others] = await list(...asked);
      return first === undefined ? [] : [{ ...first, sealed: first.sealed.slice().reverse() }, ...others];
    };
    const start = startOf("hears");
    const body = { order: "7" };
    const { run } = await engine.startRun(tenant, { ...start, trigger: { ...start.trigger, body } });
    await until(async () => (await store.readRun(tenant, run))?.status === "completed");
    assert.match(JSON.stringify((await engine.getRun(tenant, run)).steps), /"id":"2"/);
  } finally {
    await engine.stop();
    await store.close();
  }
});
