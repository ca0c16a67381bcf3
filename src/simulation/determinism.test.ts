// A seed is a world: two fresh processes play it to the letter.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

const main = join(import.meta.dirname, "main.ts");

function trace(seed: number): string {
  const done = spawnSync(process.execPath, [main, "--trace", "--seed", String(seed)], {
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
  });
  assert.equal(done.status, 0, done.stderr);
  return done.stdout;
}

for (const seed of [3, 83, 271]) {
  test(`seed ${seed}: the same events, calls and port calls in two processes`, () => {
    const first = trace(seed);
    assert.ok(first.split("\n").length > 100, "the trace has something in it");
    assert.match(first, /durable run_\w+ \[\{"at":/);
    assert.equal(trace(seed), first);
  });
}

test("another seed is another world", () => {
  assert.notEqual(trace(3), trace(4));
});
