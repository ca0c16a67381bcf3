// The values that a secret had before are kept as long as a run may have sent them, and no longer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import { HandClock, openEngine, tenant } from "../inbox/open-engine.ts";
import { put, startOf, waits } from "../inbox/sample.ts";

const lookMs = 600_000;

async function open() {
  const clock = new HandClock();
  const world = await openEngine(new MemoryStore({ exclusive: true }), clock);
  world.unlock();
  await put(world, waits("active-run"));
  const sealed = async () => (await world.store.listSecrets(tenant)).map((row) => row.sealed.length);
  return { clock, world, engine: world.engine, sealed };
}

test("what no run may have sent is not kept", async () => {
  const { engine, sealed } = await open();
  await engine.putSecret(tenant, "KEY", { value: "x".repeat(1_000) });
  await engine.putSecret(tenant, "KEY", { value: "short" });
  const [bytes = 0] = await sealed();
  assert.ok(bytes < 200, String(bytes));
  await engine.deleteSecret(tenant, "KEY");
  assert.deepEqual(await sealed(), [0]);
});

test("what a run may have sent is destroyed when the last such run has ended", async () => {
  const { clock, engine, sealed } = await open();
  await engine.putSecret(tenant, "KEY", { value: "x".repeat(1_000) });
  const first = await engine.startRun(tenant, startOf("waits", {}));
  await clock.turn(120_000);
  await engine.putSecret(tenant, "KEY", { value: "y".repeat(2_000) });
  await engine.deleteSecret(tenant, "KEY");
  await clock.turn(120_000);
  const second = await engine.startRun(tenant, startOf("waits", {}));
  await clock.turn(lookMs);
  const [both = 0] = await sealed();
  assert.ok(both > 3_000, String(both));
  assert.deepEqual(await engine.listSecrets(tenant), []);
  await assert.rejects(engine.deleteSecret(tenant, "KEY"), { code: "secret_not_found" });
  await engine.cancelRun(tenant, first.run, false);
  await clock.turn(2 * lookMs);
  const [none = 0] = await sealed();
  assert.ok(none < 200, String(none));
  assert.equal((await engine.getRun(tenant, second.run)).status, "waiting");
  const { version } = await engine.putSecret(tenant, "KEY", { value: "again" });
  assert.equal(version, 4);
});
