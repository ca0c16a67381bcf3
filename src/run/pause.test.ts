// What a pause holds up: retries and polls, not what has been sent.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";

const head = "name: w\nversion: 1\ntriggers: [{type: http}]\nsteps:\n";
const request = `request: {method: POST, url: "https://a.example/x"}`;
const retry = "retry: {max: 3, delay: 1s, backoff: constant, jitter: none}";
const polls = 'response: {poll: {while: "steps.a.response.body.busy", every: 1s, max: 1h}}';

for (const [what, rest, pending] of [
  ["a retry", retry, (run: PlayRun) => run.answer("a", 503)],
  ["a poll", polls, (run: PlayRun) => run.answer("a", 200, { busy: true })],
] as const) {
  test(`${what} waits for the run to be resumed, and goes at once when its time has passed`, () => {
    const run = new PlayRun(`${head}  a: {${request}, ${rest}}`);
    pending(run);
    assert.equal(run.calls.length, 1);
    run.give({ type: "pause" });
    assert.deepEqual(run.outstanding, [], "nothing is due by itself");
    run.after(60_000).give({ type: "recover" });
    assert.deepEqual(run.outstanding, [], "it has not been sent, and so is not lost");
    const { attempt } = run.state.steps[0] ?? {};
    run.after(60_000).give({ type: "resume" });
    assert.equal(run.calls.length, 1);
    assert.equal(run.state.steps[0]?.attempt, attempt);
  });

  test(`${what} that is announced while the run is paused waits, too`, () => {
    const run = new PlayRun(`${head}  a: {${request}, ${rest}}`);
    run.after(10).give({ type: "pause" });
    assert.equal(run.calls.length, 1, "what was sent is let end");
    run.after(10);
    pending(run);
    assert.deepEqual(run.outstanding, []);
    run.after(60_000).give({ type: "resume" });
    assert.equal(run.calls.length, 1);
  });

  test(`${what} that a pause holds up keeps no run from ending`, () => {
    const run = new PlayRun(`${head}  a: {${request}, ${rest}}`);
    pending(run);
    run.give({ type: "pause" });
    run.after(60_000).give({ type: "cancel", compensate: true });
    assert.equal(run.state.status, "cancelled");
  });
}

test("an attempt that a crash cut off is made again after the pause", () => {
  const run = new PlayRun(`${head}  a: {${request}}`);
  run.after(10).give({ type: "pause" });
  run.after(10).give({ type: "recover" });
  assert.deepEqual(run.outstanding, []);
  run.after(10).give({ type: "resume" });
  assert.deepEqual(run.calls, ["a#2"]);
});
