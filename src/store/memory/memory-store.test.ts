// The memory store keeps the contract, alone and shared; its tables can be copied.

import assert from "node:assert/strict";
import { test } from "node:test";
import { endedAs, epoch, firstUnit, leaseAt, nextUnit } from "../../ports/store-contract/sample.ts";
import { storeContract } from "../../ports/store-contract.ts";
import { MemoryStore } from "./memory-store.ts";

for (const leases of ["exclusive", "shared"] as const) {
  for (const { name, run } of storeContract(leases)) {
    test(`${leases}: ${name}`, () => run(new MemoryStore({ exclusive: leases === "exclusive" })));
  }
}

test("what happens to a copy of the tables does not happen to the original, nor the other way round", async () => {
  const original = new MemoryStore({ exclusive: false });
  const fence = await original.openLease(leaseAt(epoch));
  const first = firstUnit(fence, 1);
  await original.append([first]);
  const copy = new MemoryStore({ exclusive: false, tables: original.tables.copy() });
  const [here, there] = [nextUnit(first), nextUnit(first, { head: endedAs("failed") })];
  await original.append([here, nextUnit(here)]);
  await copy.append([there]);
  assert.equal((await original.readRun(first.tenant, first.run))?.lastSeq, 3);
  assert.equal((await original.readEvents(first.tenant, first.run, 0, 10)).length, 3);
  assert.equal((await copy.readRun(first.tenant, first.run))?.status, "failed");
  assert.deepEqual(await copy.readEvents(first.tenant, first.run, 0, 10), [first.batch, there.batch]);
  await copy.closeLease(fence, []);
  assert.equal(await original.renewLease(fence, leaseAt(epoch)), true);
});
