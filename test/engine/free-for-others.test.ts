// A run does not stay with a node where it cannot go on, whatever went wrong there: another node can have it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import type { RunId } from "../../src/value/id.ts";
import { DispatchedError } from "../../src/value/problem.ts";
import { type Node, startNode, startOf, everyTenant as tenant } from "../process/every-kind.ts";
import { AnsweringCaller, jsonResponse } from "./answering-caller.ts";
import { until } from "./until.ts";

const undone = `triggers: [{type: http}]
steps:
  booked:
    request: {method: POST, url: "https://api.example.com/bookings"}
    compensate: {request: {method: DELETE, url: "https://api.example.com/bookings/1"}}
  checked: {after: [booked], value: "a {{ trigger.body.nothing }}"}`;

const sleeps = "triggers: [{type: http}]\nmode: attended\nsteps: {nap: {sleep: 300ms}}";

const unavailable = () => new DispatchedError("store_unavailable", "it fails once", { retryable: true });

test("a run that two undo again at the same time is undone once, and let go", async () => {
  const store = new MemoryStore({ exclusive: true });
  let refusals = 1;
  const caller = new AnsweringCaller(({ method }) =>
    jsonResponse(method === "DELETE" && refusals-- > 0 ? 404 : 200, {}),
  );
  const { engine, signIn } = await startNode(store, caller);
  try {
    await signIn(1);
    const run = await start(engine, "undone", undone);
    const seen = () => store.readRun(tenant, run);
    await until(async () => (await seen())?.endedAt != null && (await seen())?.held === false);

    const both = [engine.compensateRun(tenant, run), engine.compensateRun(tenant, run)];
    const [first, second] = await Promise.allSettled(both);
    assert.deepEqual([first?.status, second?.status], ["fulfilled", "rejected"]);
    await until(async () => (await seen())?.held === false);
  } finally {
    await engine.stop();
    await store.close();
  }
});

test("a run whose tenant signs out while its read is to be tried again is free for other nodes", async () => {
  const store = new MemoryStore({ exclusive: false });
  const [first, second] = [await startNode(store), await startNode(store)];
  try {
    await first.signIn(1);
    const read = store.readEvents.bind(store);
    const run = await start(first.engine, "sleeps", sleeps);
    await until(async () => (await store.readRun(tenant, run))?.held === false);
    const failed = Promise.withResolvers<void>();
    store.readEvents = () => {
      store.readEvents = read;
      setImmediate(() => {
        lock(first);
        failed.resolve();
      });
      return Promise.reject(unavailable());
    };
    await failed.promise;
    assert.equal((await store.readRun(tenant, run))?.held, true, "it is to be read again");
    await goesOn(store, second, run);
  } finally {
    await first.engine.stop();
    await second.engine.stop();
    await store.close();
  }
});

test("a run that could not be given back, because the store failed, is given back later", async () => {
  const store = new MemoryStore({ exclusive: false });
  const [first, second] = [await startNode(store), await startNode(store)];
  try {
    await first.signIn(1);
    const run = await start(first.engine, "sleeps", sleeps);
    await until(async () => (await store.readRun(tenant, run))?.held === false);
    const [claim, append] = [store.claim.bind(store), store.append.bind(store)];
    const failed = Promise.withResolvers<void>();
    store.claim = async (...asked) => {
      const rows = await claim(...asked);
      if (rows.length > 0) {
        store.claim = claim;
        lock(first);
        store.append = () => {
          store.append = append;
          failed.resolve();
          return Promise.reject(unavailable());
        };
      }
      return rows;
    };
    await failed.promise;
    await goesOn(store, second, run);
  } finally {
    await first.engine.stop();
    await second.engine.stop();
    await store.close();
  }
});

const calls = `triggers: [{type: http}]
mode: attended
steps:
  gate: {wait: {signal: go}}
  one:
    after: [gate]
    request: {method: POST, url: "https://api.example.com/a", headers: {authorization: "Bearer {{ secrets.API_KEY }}"}}`;
const child = "triggers: [{type: http}]\nsteps: {said: {value: 1}}";
const parent = `triggers: [{type: http}]
mode: attended
steps:
  gate: {wait: {signal: go}}
  sub: {after: [gate], workflow: {name: child}}`;

for (const [what, text, count] of [
  ["sends a secret", calls, 1],
  ["starts a child", parent, 0],
] as const) {
  test(`a run that ${what} while its tenant is signed out is free for other nodes`, async () => {
    const store = new MemoryStore({ exclusive: false });
    const caller = new AnsweringCaller(() => jsonResponse(200, {}));
    const [first, second] = [await startNode(store, caller), await startNode(store, caller)];
    try {
      await first.signIn(1);
      await first.engine.putSecret(tenant, "API_KEY", { value: "a secret of some length" });
      // What the first node has not seen it cannot open by itself.
      await second.signIn(1);
      await put(second.engine, "child", child);
      lock(second);
      const run = await start(first.engine, "locked", text);
      const append = store.append.bind(store);
      store.append = async (units) => {
        const results = await append(units);
        const isGoing = units.some(({ run: one, batch }) => one === run && batch !== null);
        if (isGoing) lock(first);
        return results;
      };
      await first.engine.sendSignal(tenant, run, "go", null, null);
      store.append = append;
      await goesOn(store, second, run);
      assert.equal(caller.requests.length, count);
    } finally {
      await first.engine.stop();
      await second.engine.stop();
      await store.close();
    }
  });
}

const starts = "triggers: [{type: http}]\nmode: attended\nsteps: {sub: {workflow: {name: child}}}";

test("a run that was stored late, while its tenant signed out, is free for other nodes", async () => {
  const store = new MemoryStore({ exclusive: false });
  const [first, second] = [await startNode(store), await startNode(store)];
  try {
    await first.signIn(1);
    await put(first.engine, "child", child);
    const [append, read] = [store.append.bind(store), store.readEvents.bind(store)];
    let late = "" as RunId;
    store.append = (units) => {
      late = units[0]?.run as RunId;
      store.append = append;
      store.readEvents = async (...asked) => {
        store.readEvents = read;
        const events = await read(...asked);
        await append(units);
        return events;
      };
      return Promise.reject(unavailable());
    };
    await assert.rejects(start(first.engine, "starts", starts), { retryable: true });
    lock(first);
    assert.equal((await store.readRun(tenant, late))?.held, true, "it is to be read again");
    await goesOn(store, second, late);
  } finally {
    await first.engine.stop();
    await second.engine.stop();
    await store.close();
  }
});

async function put(engine: Node["engine"], name: string, text: string): Promise<void> {
  const document = `name: ${name}\nversion: 1\n${text}`;
  await engine.putWorkflow(tenant, { name, text: document, format: "yaml", dryRun: false });
}

async function start(engine: Node["engine"], name: string, text: string): Promise<RunId> {
  await put(engine, name, text);
  return (await engine.startRun(tenant, startOf(name))).run;
}

function lock({ ports, engine }: Node): void {
  ports.vault.lock(tenant);
  engine.locked(tenant);
}

/** Nobody is signed in anywhere, until somebody is here. */
async function goesOn(store: MemoryStore, { engine, signIn }: Node, run: RunId): Promise<void> {
  await until(async () => (await store.readRun(tenant, run))?.held === false);
  await signIn(1);
  await engine.resumeRun(tenant, run);
  await until(async () => (await store.readRun(tenant, run))?.endedAt != null);
}
