// An answer to a callback that waited, and is not taken, is kept and shown masked, and without its token.

import assert from "node:assert/strict";
import { test } from "node:test";
import { callbackToken } from "../../src/engine/callbacks.ts";
import { openItem } from "../../src/engine/inbox-item.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import type { ItemId, RunId } from "../../src/value/id.ts";
import { HandClock, openEngine, type TestEngine, tenant } from "./open-engine.ts";
import { put, startOf } from "./sample.ts";

const day = 86_400_000;
const secret = "the-key-of-the-asked";

const asks = `
name: asks
version: 1
mode: attended
triggers: [{type: http}]
steps:
  ask:
    request: {method: POST, url: "https://api.example/ask", headers: {x-key: "{{ secrets.KEY }}"}, body: {answer: "{{ callback.url }}"}}
    wait: {timeout: 30d, schema: {type: object, required: [ok]}}
`;

/** A run that waits for its callback, and what answers it while nobody is signed in. */
async function answered() {
  const store = new MemoryStore({ exclusive: true });
  const clock = new HandClock();
  let world = await openEngine(store, clock);
  world.unlock();
  await put(world, asks);
  await world.engine.putSecret(tenant, "KEY", { value: secret });
  const { run } = await world.engine.startRun(tenant, startOf("asks", {}));
  await clock.turn(100_000);
  clock.forget();
  world = await openEngine(store, clock);
  await clock.turn(10_000);
  const token = callbackToken(world.vault, { tenant, run, step: 0, item: null });
  const item = await world.engine.acceptCallback(token, { heard: secret, by: token }, `key ${secret}`);
  return { clock, world, run, token, item: item as ItemId };
}

async function shown({ engine }: TestEngine, item: ItemId) {
  const { state, reason, content } = await engine.showItem(tenant, item);
  return { state, reason, content };
}

const masked = {
  type: "callback",
  body: { heard: "[secret KEY]", by: "[secret callback.token]" },
  key: "key [secret KEY]",
};

test("one that is rejected is sealed anew, masked", async () => {
  const { clock, world, token, item } = await answered();
  world.unlock();
  await clock.turn(10_000);
  const found = await shown(world, item);
  assert.deepEqual(found, { state: "rejected", reason: "schema_mismatch", content: masked });
  const row = await world.store.inbox.read(tenant, item);
  assert.ok(row !== null);
  assert.ok(!JSON.stringify({ ...openItem(world.vault, row), token: "" }).includes(secret));
  // The wait still stands, and what it has learnt of the token nobody reads in the inbox.
  assert.equal(await world.engine.acceptCallback(token, { ok: true }, null), null);
});

test("one that has expired is shown masked; without what came where its run is gone", async () => {
  const { clock, world, run, item } = await answered();
  await clock.jump(8 * day);
  world.unlock();
  await clock.turn(10_000);
  assert.deepEqual(await shown(world, item), { state: "expired", reason: null, content: masked });
  await gone(world, run, clock);
  const { content } = await shown(world, item);
  assert.deepEqual(content, { ...masked, body: null, key: null }, "nobody knows what to mask");
});

async function gone({ engine, store }: TestEngine, run: RunId, clock: HandClock): Promise<void> {
  await engine.cancelRun(tenant, run, false);
  await clock.turn(10_000);
  for (const [key, row] of store.tables.runs) if (row.run === run) store.tables.runs.delete(key);
}
