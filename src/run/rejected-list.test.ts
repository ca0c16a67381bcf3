// `on_timeout: reject` in a strategy: the step is rejected when nobody answers one of its items in time.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";

const waiting = (strategy: string) => `name: w
version: 1
triggers: [{type: http}]
steps:
  ask:
    request: {method: POST, url: "https://a.example/x"}
    wait: {timeout: 1m, on_timeout: reject}
    strategy: {over: [1, 2, 3], ${strategy}}
  pay: {after: [ask], value: 1}
`;

/** Every item has been asked; those of `back` are answered, and nobody answers the others. */
function played(strategy: string, back: readonly number[]): PlayRun {
  const run = new PlayRun(waiting(strategy));
  for (const item of [0, 1, 2]) run.answer(`ask[${item}]`, 200);
  for (const item of back) run.callBack(`ask[${item}]`);
  run.after(60_000).tick();
  return run;
}

test("an item that nobody answers in time rejects the step, and nothing behind it runs", () => {
  for (const strategy of ["type: scatter", "type: scatter, on_error: continue"]) {
    const run = played(strategy, [0, 2]);
    assert.deepEqual([run.statusOf("ask"), run.statusOf("pay")], ["rejected", "skipped"], strategy);
    assert.equal(run.state.status, "completed", strategy);
  }
});

test("no further item begins once one is rejected", () => {
  const run = new PlayRun(waiting("type: fan_out, concurrency: 1, on_error: continue"));
  run.answer("ask[0]", 200);
  run.after(60_000).tick();
  assert.equal(run.statusOf("ask"), "rejected");
  assert.deepEqual(run.calls, []);
});

test("with `min_success`, and in a race, that counts only when too few have succeeded", () => {
  assert.equal(played("type: scatter, min_success: 2", [0, 1]).statusOf("ask"), "succeeded");
  assert.equal(played("type: scatter, min_success: 2", [0]).statusOf("ask"), "rejected");
  assert.equal(played("type: race", [1]).statusOf("ask"), "succeeded");
  assert.equal(played("type: race", []).statusOf("ask"), "rejected");
});

test("a failure that came before fails the step as ever", () => {
  const run = new PlayRun(waiting("type: scatter"));
  run.answer("ask[0]", 400);
  for (const item of [1, 2]) run.answer(`ask[${item}]`, 200);
  run.after(60_000).tick();
  assert.deepEqual([run.statusOf("ask"), run.state.status], ["failed", "failed"]);
});
