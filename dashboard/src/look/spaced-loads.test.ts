// A storm of changes is loaded at its beginning, now and then, and at its end.

import assert from "node:assert/strict";
import { test } from "node:test";
import { spacedLoads } from "./spaced-loads.ts";

/** Whatever promises can do without time going on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a thousand changes in ten seconds are eleven loads, and the last one is loaded", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const over = new AbortController();
  let version = 0;
  const seen: number[] = [];
  const hear = spacedLoads(async () => seen.push(version), 1_000, over.signal);
  for (let change = 0; change < 1_000; change++) {
    version++;
    hear();
    await settled();
    mock.timers.tick(10);
    await settled();
  }
  mock.timers.tick(1_000);
  await settled();
  assert.equal(seen.length, 11);
  assert.deepEqual([seen[0], seen.at(-1)], [1, 1_000]);
  mock.timers.tick(60_000);
  await settled();
  assert.equal(seen.length, 11, "without a change nothing is loaded");
  hear();
  await settled();
  assert.equal(seen.length, 12, "after a rest the next is loaded at once");
});

test("what failed is loaded with the next change, and nothing once it is over", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const over = new AbortController();
  let loads = 0;
  const hear = spacedLoads(
    async () => {
      loads++;
      throw new Error("unreachable");
    },
    1_000,
    over.signal,
  );
  hear();
  await settled();
  hear();
  mock.timers.tick(1_000);
  await settled();
  assert.equal(loads, 2);
  hear();
  over.abort();
  mock.timers.tick(5_000);
  await settled();
  assert.equal(loads, 2);
});
