// What was computed is kept while the next decision comes of itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";
import { goesOnAtOnce } from "./goes-on-at-once.ts";

test("a run whose computed items did not all begin goes on at once; one that sleeps does not", () => {
  const run = new PlayRun(
    `name: w
version: 1
triggers: [{type: http}]
steps:
  each: {value: {expr: "return item", lang: lua}, strategy: {type: scatter, over: [1, 2, 3]}}
  rest: {after: [each], sleep: 1h}
`,
  );
  assert.ok(goesOnAtOnce(run.state, run.outstanding), "it waits for the sandbox");
  run.compute({ "return item": "x".repeat(1_200_000) });
  assert.deepEqual(run.needs, []);
  assert.ok(goesOnAtOnce(run.state, run.outstanding), "the third item begins in the next decision");
  run.tick();
  assert.equal(run.statusOf("each"), "succeeded");
  assert.ok(!goesOnAtOnce(run.state, run.outstanding), "it sleeps");
});
