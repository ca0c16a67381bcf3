// What is kept in memory of a tenant's documents goes when nobody of it is signed in.

import assert from "node:assert/strict";
import { test } from "node:test";
import { someSession } from "../../src/engine/audit-entry.ts";
import { Definitions } from "../../src/engine/definitions.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { TestDevice, TestWorld } from "./node.ts";

const text = "name: hidden\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: {value: 1}}\n";

test("compiled definitions are forgotten with the tenant's keys, and not before", async () => {
  const world = new TestWorld();
  const node = world.node();
  const [mine, other] = [await TestDevice.register(node), await TestDevice.register(node)];
  let reads = 0;
  const { readDefinition } = world.store;
  world.store.readDefinition = (...args) => {
    reads++;
    return readDefinition.apply(world.store, args);
  };
  const { vault, audit } = node;
  const ports = { store: world.store, clock: world.clock, vault } as unknown as EnginePorts;
  const definitions = new Definitions(ports, audit);
  for (const device of [mine, other]) {
    await device.signIn(node);
    const put = { name: null, text, format: "yaml", dryRun: false } as const;
    await definitions.put(device.tenant, put, someSession);
  }
  const findBoth = async () => {
    const before = reads;
    await Promise.all([mine, other].map(({ tenant }) => definitions.find(tenant, "hidden", 1)));
    return reads - before;
  };
  assert.equal(await findBoth(), 2, "read once");
  assert.equal(await findBoth(), 0, "then kept");
  definitions.forgetLocked();
  assert.equal(await findBoth(), 0, "also while others are locked: both are open");
  definitions.forget(mine.tenant);
  assert.equal(await findBoth(), 1, "that of the tenant");
  vault.lock(mine.tenant);
  definitions.forgetLocked();
  await assert.rejects(definitions.find(mine.tenant, "hidden", 1), { code: "locked" });
  const before = reads;
  await definitions.find(other.tenant, "hidden", 1);
  assert.equal(reads, before, "the other's is kept");
});
