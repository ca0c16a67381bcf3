// Signals that wait in the inbox under the key of one that their run took before.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import { HandClock, openEngine, tenant } from "./open-engine.ts";
import { put, startOf, waits } from "./sample.ts";

test("with another body it is rejected, with the same it was taken, though the run has ended", async () => {
  const clock = new HandClock();
  const world = await openEngine(new MemoryStore({ exclusive: true }), clock);
  world.unlock();
  await put(world, waits("attended"));
  const { run } = await world.engine.startRun(tenant, startOf("waits", {}));
  assert.equal(await world.engine.acceptSignal(tenant, run, "go", { no: 1 }, "key"), null);
  await clock.turn(100_000);
  world.lock();
  assert.match((await world.engine.acceptSignal(tenant, run, "go", { no: 2 }, "key")) ?? "", /^itm_/);
  world.unlock();
  await clock.turn(10_000);
  world.lock();
  assert.match((await world.engine.acceptSignal(tenant, run, "go", { no: 1 }, "key")) ?? "", /^itm_/);
  world.unlock();
  await clock.turn(10_000);
  const { rows } = await world.engine.listInbox(tenant, {}, null, 10);
  assert.deepEqual(
    rows.map(({ state, reason }) => [state, reason]),
    [
      ["rejected", "idempotency_conflict"],
      ["started", null],
    ],
  );
});
