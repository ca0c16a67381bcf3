// Pooled randomness hands no byte out twice.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PooledEntropy } from "./pooled-entropy.ts";

test("every size is given, and nothing twice", () => {
  const entropy = new PooledEntropy();
  const seen = new Set<string>();
  for (let round = 0; round < 3000; round++) {
    for (const size of [12, 32, 8]) seen.add(Buffer.from(entropy.bytes(size)).toString("hex"));
  }
  assert.equal(seen.size, 9000);
  for (const size of [0, 1, 2048, 2049, 8192, 100_000]) assert.equal(entropy.bytes(size).length, size);
});

test("what was given is the caller's own", () => {
  const entropy = new PooledEntropy();
  const first = entropy.bytes(16);
  const copy = first.slice();
  entropy.bytes(16).fill(0);
  assert.deepEqual(first, copy);
});
