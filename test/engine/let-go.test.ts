// A run that comes for a command that changes nothing does not stay in the node's memory: another node can have it.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunRow } from "../../src/ports/store.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import { DispatchedError } from "../../src/value/problem.ts";
import { startNode, startOf, everyTenant as tenant } from "../process/every-kind.ts";
import { AnsweringCaller, jsonResponse } from "./answering-caller.ts";
import { until } from "./until.ts";

const fails =
  "triggers: [{type: http}]\nmode: attended\nsteps: {one: {value: 'a {{ trigger.body.nothing }}'}}";

const waits = `triggers: [{type: http}]
steps: {gate: {wait: {signal: go, schema: {type: object}, timeout: 1h}}}`;

test("a run that has ended and cannot be undone is let go, as it was", async () => {
  const store = new MemoryStore({ exclusive: false });
  const [open, locked] = [await startNode(store), await startNode(store)];
  try {
    await open.signIn(1);
    const document = `name: fails\nversion: 1\n${fails}`;
    await open.engine.putWorkflow(tenant, { name: "fails", text: document, format: "yaml", dryRun: false });
    const { run } = await open.engine.startRun(tenant, startOf("fails"));
    const seen = async () => (await store.readRun(tenant, run)) as RunRow;
    await until(async () => (await seen()).endedAt !== null);
    const ended = await seen();
    assert.equal(ended.status, "failed");
    assert.notEqual(ended.failure, null);

    await assert.rejects(locked.engine.compensateRun(tenant, run), { code: "locked" });
    await until(async () => !(await seen()).held);
    assert.deepEqual(await seen(), ended, "not due: whoever sent the command tries again");

    await assert.rejects(open.engine.compensateRun(tenant, run), { code: "nothing_to_compensate" });
    await until(async () => !(await seen()).held);
    assert.deepEqual(await seen(), ended);
  } finally {
    await open.engine.stop();
    await locked.engine.stop();
    await store.close();
  }
});

test("a run that waits is let go after commands that change nothing, and after signals that it does not take", async () => {
  const store = new MemoryStore({ exclusive: true });
  const { engine, signIn } = await startNode(store);
  try {
    await signIn(1);
    const document = `name: waits\nversion: 1\n${waits}`;
    await engine.putWorkflow(tenant, { name: "waits", text: document, format: "yaml", dryRun: false });
    const { run } = await engine.startRun(tenant, startOf("waits"));
    const letGo = () => until(async () => (await store.readRun(tenant, run))?.held === false);
    await letGo();
    await engine.resumeRun(tenant, run);
    await letGo();
    await assert.rejects(engine.sendSignal(tenant, run, "stop", null, null), { code: "signal_unknown" });
    await letGo();
    await assert.rejects(engine.sendSignal(tenant, run, "go", "text", null), { code: "schema_mismatch" });
    await letGo();
    await engine.pauseRun(tenant, run);
    await letGo();
    await engine.pauseRun(tenant, run);
    await letGo();
  } finally {
    await engine.stop();
    await store.close();
  }
});

const undone = `triggers: [{type: http}]
steps:
  booked:
    request: {method: POST, url: "https://api.example.com/bookings"}
    compensate: {request: {method: DELETE, url: "https://api.example.com/bookings/1"}}
  checked: {after: [booked], value: "a {{ trigger.body.nothing }}"}`;

test("a run that is to be undone and cannot be opened any more is let go: another node undoes it", async () => {
  const store = new MemoryStore({ exclusive: false });
  let refusals = 1;
  const caller = new AnsweringCaller(({ method }) =>
    jsonResponse(method === "DELETE" && refusals-- > 0 ? 404 : 200, {}),
  );
  const [first, second] = [await startNode(store, caller), await startNode(store, caller)];
  try {
    await first.signIn(1);
    const document = `name: undone\nversion: 1\n${undone}`;
    await first.engine.putWorkflow(tenant, { name: "undone", text: document, format: "yaml", dryRun: false });
    const { run } = await first.engine.startRun(tenant, startOf("undone"));
    const seen = async () => (await store.readRun(tenant, run)) as RunRow;
    await until(async () => (await seen()).endedAt !== null && !(await seen()).held);

    // What it names is closed by now, and the one who could open it signs out in the worst moment.
    await until(async () => [...store.tables.definitions.values()].every(({ live }) => live === null));
    const append = store.append.bind(store);
    store.append = (units) => {
      store.append = append;
      first.ports.vault.lock(tenant);
      return append(units);
    };
    await assert.rejects(first.engine.compensateRun(tenant, run), { code: "store_unavailable" });
    await until(async () => !(await seen()).held);
    await second.signIn(1);
    await second.engine.compensateRun(tenant, run);
    await until(async () => (await seen()).endedAt !== null);
    assert.deepEqual(
      caller.requests.map(({ method }) => method),
      ["POST", "DELETE", "DELETE"],
    );
  } finally {
    await first.engine.stop();
    await second.engine.stop();
    await store.close();
  }
});

test("whoever waits for an append whose outcome is unknown hears of it when the node stops", async () => {
  const store = new MemoryStore({ exclusive: true });
  const { engine, signIn } = await startNode(store, undefined, { drainMs: 100 });
  await signIn(1);
  const document = `name: waits\nversion: 1\n${waits}`;
  await engine.putWorkflow(tenant, { name: "waits", text: document, format: "yaml", dryRun: false });
  const { run } = await engine.startRun(tenant, startOf("waits"));
  const unavailable = () => new DispatchedError("store_unavailable", "it is silent", { retryable: true });
  const asked = Promise.withResolvers<void>();
  store.append = () => {
    store.readEvents = () => {
      asked.resolve();
      return Promise.reject(unavailable());
    };
    return Promise.reject(unavailable());
  };
  const sent = engine.sendSignal(tenant, run, "go", {}, null);
  await asked.promise;
  await Promise.all([assert.rejects(sent, { code: "shutting_down" }), engine.stop()]);
  await store.close();
});

test("a run whose log could not be read stays as it is, whoever asks, until the node starts anew", async () => {
  const store = new MemoryStore({ exclusive: true });
  const first = await startNode(store, undefined, { sweepMs: 50 });
  await first.signIn(1);
  const document = `name: waits\nversion: 1\n${waits}`;
  const put = { name: "waits", text: document, format: "yaml", dryRun: false } as const;
  await first.engine.putWorkflow(tenant, put);
  const { run } = await first.engine.startRun(tenant, startOf("waits"));
  await until(async () => (await store.readRun(tenant, run))?.held === false);
  const [read, claim] = [store.readEvents.bind(store), store.claim.bind(store)];
  store.readEvents = async (...asked) =>
    (await read(...asked)).map((batch) => ({ ...batch, sealed: batch.sealed.slice().reverse() }));
  const go = ({ engine }: typeof first) => engine.sendSignal(tenant, run, "go", {}, null);
  await assert.rejects(go(first), { code: "sealed_data_damaged" });
  let reads = 0;
  store.readEvents = (...asked) => {
    reads++;
    return read(...asked);
  };
  await assert.rejects(go(first), { code: "run_quarantined" });

  // Sweeps in doubt look at all that the node holds.
  let sweeps = 0;
  store.claim = (...asked) => {
    if (++sweeps > 1) return claim(...asked);
    return Promise.reject(new DispatchedError("store_unavailable", "it fails once", { retryable: true }));
  };
  await until(async () => sweeps > 3);
  assert.equal(reads, 0);
  await first.engine.stop();

  const second = await startNode(store);
  await second.signIn(1);
  await go(second);
  await second.engine.stop();
  await store.close();
});
