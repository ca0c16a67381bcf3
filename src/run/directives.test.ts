// Directives: what they settle of a step's outcome, and what is undone of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";

const head = "name: w\nversion: 1\ntriggers: [{type: http}]\nsteps:\n";
const undo = `compensate: {request: {method: DELETE, url: "https://s.example/{{ steps.a.response.body.id }}"}, when_unknown: true}`;
const say = (directive: string) => ({ "dispatched-directive": directive });

/** A step that is followed by one which fails. */
const played = (more: string) =>
  new PlayRun(`${head}
  a: {request: {method: POST, url: "https://s.example/"}, directives: [skip, fail, retry], ${more}, ${undo}}
  b: {request: {method: POST, url: "https://s.example/b"}}
`);

test("a step that was answered with success and skipped is undone, and its compensation sees the answer", () => {
  const run = played("retry: {max: 0}");
  assert.deepEqual(run.answer("a", 200, { id: "o-1" }, say("skip")), [
    "directive.received a",
    "step.skipped a",
  ]);
  run.answer("b", 400);
  assert.deepEqual(run.calls, ["undo a#1"]);
  assert.equal(run.effects[0]?.request.url, "https://s.example/o-1");
});

test("a skip settles an outcome that was unknown, and is not undone when the service refused", () => {
  const run = played("retry: {max: 1, delay: 1ms}");
  run.lose("a", "timeout");
  run.after(1_000).answer("a", 409, null, say("skip"));
  const step = run.state.steps[0];
  assert.deepEqual([step?.unknown, step?.accepted, step?.failure], [false, false, null]);
  assert.deepEqual(run.answer("b", 400), ["step.failed b", "run.ending", "run.failed"]);
  assert.equal(run.state.compensation, "none");
});

test("what an attempt before was answered with success stays to be undone", () => {
  const run = played("retry: {max: 1, delay: 1ms}");
  run.answer("a", 200, { id: "o-1" }, say("retry"));
  run.after(1_000).answer("a", 409, { id: "o-2" }, say("skip"));
  run.answer("b", 400);
  assert.deepEqual(run.calls, ["undo a#1"]);
});
