// A run that is ended by hand ends at once, from whatever it does, and says what is left undone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";

const head = "name: w\nversion: 1\ntriggers: [{type: http}]\nsteps:\n";
const call = `request: {method: POST, url: "https://a.example/x"}`;
const undo = `compensate: {${call}}`;

test("what is open is cancelled, with its items, and nothing is undone", () => {
  const run = new PlayRun(`${head}
  a: {${call}, ${undo}}
  each: {${call}, after: [a], strategy: {type: scatter, over: [1, 2]}}
`);
  run.answer("a", 200);
  run.answer("each[0]", 200);
  assert.deepEqual(run.give({ type: "abandon" }), [
    "run.cancel_requested",
    "run.ending",
    "item.cancelled each[1]",
    "step.cancelled each",
    "run.cancelled",
  ]);
  assert.deepEqual([run.state.status, run.state.compensation, run.outstanding], ["cancelled", "none", []]);
  assert.equal(run.give({ type: "abandon" }), "run_ended");
});

test("one that is being undone ends by its first cause, undone in part; so does one that is undone again", () => {
  const run = new PlayRun(`${head}
  a: {${call}, ${undo}}
  b: {${call}, after: [a]}
`);
  run.answer("a", 200);
  run.answer("b", 422);
  assert.equal(run.state.status, "compensating");
  assert.deepEqual(run.give({ type: "abandon" }), ["run.cancel_requested", "run.failed"]);
  assert.equal(run.state.compensation, "partial");
  run.give({ type: "compensate", again: true });
  assert.equal(run.state.reopened, true);
  assert.deepEqual(run.give({ type: "abandon" }), ["compensation.ended"]);
  assert.deepEqual([run.state.reopened, run.outstanding], [false, []]);
});
