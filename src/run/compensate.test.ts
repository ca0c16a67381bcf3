// Compensation: what is undone, in which order, and what the run says of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";

const head = "name: w\nversion: 1\ntriggers: [{type: http}]\nsteps:\n";
const undo = (more = "") => `, compensate: {request: {method: POST, url: "https://a.example/undo"}${more}}`;
const call = (extra = "") => `{request: {method: POST, url: "https://a.example/x"}${extra}}`;

test("reverse order of the ends, one after the other, only steps that were accepted", () => {
  const run = new PlayRun(`${head}
  a: ${call(undo())}
  b: ${call(undo())}
  plain: ${call()}
  never: ${call(`, after: [b]${undo()}`)}
  bad: ${call(`, after: [a, b, plain]${undo()}`)}
`);
  run.answer("b", 200);
  run.answer("a", 200);
  run.answer("never", 400);
  assert.deepEqual(run.calls, ["plain#1"]);
  assert.deepEqual(run.answer("plain", 200), [
    "step.succeeded plain",
    "run.compensating",
    "compensation.started a",
  ]);
  assert.deepEqual(run.calls, ["undo a#1"]);
  assert.deepEqual(run.answer("a", 200), ["compensation.succeeded a", "compensation.started b"]);
  assert.deepEqual(run.answer("b", 200), ["compensation.succeeded b", "run.failed"]);
  assert.equal(run.state.compensation, "complete");
  assert.equal(run.statusOf("bad"), "cancelled");
});

test("five retries without retry of its own; one that fails is recorded and the others go on", () => {
  const run = new PlayRun(`${head}
  a: ${call(undo())}
  b: ${call(`, after: [a]${undo()}`)}
  bad: ${call(", after: [b]")}
`);
  run.answer("a", 200);
  run.answer("b", 200);
  run.answer("bad", 400);
  for (let retry = 0; retry < 5; retry++) assert.deepEqual(run.answer("b", 503), ["compensation.retrying b"]);
  assert.deepEqual(run.answer("b", 503), ["compensation.failed b", "compensation.started a"]);
  run.answer("a", 200);
  assert.equal(run.state.status, "failed");
  assert.equal(run.state.compensation, "partial");
});

test("a compensation polls until it is done, and hears the directives of its service", () => {
  const poll = `, response: {poll: {while: "steps.a.response.body.busy", every: 2s, max: 10s}}`;
  const run = new PlayRun(`${head}
  a: ${call(undo(poll))}
  bad: ${call(", after: [a]")}
`);
  run.answer("a", 200, { busy: true });
  run.answer("bad", 400);
  const location = { location: "https://a.example/jobs/1" };
  assert.deepEqual(run.answer("a", 202, { busy: true }, location), ["compensation.polled a"]);
  assert.deepEqual(run.calls, ["undo a#1 poll 1"]);
  assert.deepEqual([run.effects[0]?.request.method, run.effects[0]?.request.url], ["GET", location.location]);
  assert.equal(run.effects[0]?.notBefore, run.now + 2_000);
  run.after(2_000);
  assert.deepEqual(run.recover(), [], "a poll that may have been lost is sent again as it is");
  assert.deepEqual(run.answer("a", 503), ["compensation.polled a"]);
  assert.deepEqual(run.answer("a", 200, null, { "dispatched-directive": "poll;after=1" }), [
    "compensation.directed a",
    "compensation.polled a",
  ]);
  assert.deepEqual(run.answer("a", 200, null, { "dispatched-directive": "complete" }), [
    "compensation.directed a",
    "compensation.succeeded a",
    "run.failed",
  ]);
  assert.equal(run.state.compensation, "complete");
});

test("a compensation that polls for too long, or is told to fail, has failed; one told to retry waits", () => {
  const document = `${head}
  a: ${call(undo(`, response: {poll: {while: "steps.a.response.body.busy", every: 6s, max: 10s}}`))}
  bad: ${call(", after: [a]")}
`;
  const slow = new PlayRun(document);
  slow.answer("a", 200);
  slow.answer("bad", 400);
  slow.answer("a", 200, { busy: true });
  assert.deepEqual(slow.after(6_000).answer("a", 200, { busy: true }), [
    "compensation.failed a",
    "run.failed",
  ]);
  const told = new PlayRun(document);
  told.answer("a", 200);
  told.answer("bad", 400);
  told.answer("a", 200, null, { "dispatched-directive": "retry;after=30" });
  assert.equal(told.effects[0]?.notBefore, told.now + 30_000);
  told.answer("a", 200, null, { "dispatched-directive": 'fail;reason="gone"' });
  assert.deepEqual([told.state.status, told.state.compensation], ["failed", "partial"]);
});

test("items that a later word leaves as they are are told apart from those that could not be undone", () => {
  const run = new PlayRun(`${head}
  a: ${call(`, strategy: {type: batch, size: 1, over: [1, 2, 3]}${undo(", retry: {max: 0}")}`)}
  bad: ${call(", after: [a]")}
`);
  for (const item of [0, 1, 2]) run.answer(`a[${item}]`, 200);
  run.answer("bad", 400);
  const failed = run.answer("a[2]", 400);
  assert.deepEqual(failed, ["compensation.failed a[2]", "compensation.started a[1]"]);
  run.cancel(false);
  run.answer("a[1]", 200);
  const { failure } = run.last("compensation.failed");
  assert.equal(failure.message, "1 item could not be undone, 1 item was left as it is");
});

test("a success whose body did not fit is undone; a refusal is not", () => {
  const run = new PlayRun(`${head}\n  a: ${call(undo())}\n`);
  const misfit = { kind: "parse", message: "no", details: null } as const;
  run.end("a", { type: "answer", answer: { status: 201, headers: {}, body: "x" }, problem: misfit });
  assert.deepEqual(run.calls, ["undo a#1"]);
  const refused = new PlayRun(`${head}\n  a: ${call(undo())}\n`);
  assert.deepEqual(refused.answer("a", 409), ["step.failed a", "run.ending", "run.failed"]);
  assert.equal(refused.state.compensation, "none");
});

test("an unknown outcome is undone only when the document says so", () => {
  const quiet = new PlayRun(`${head}\n  a: ${call(undo())}\n`);
  quiet.lose("a", "timeout");
  assert.equal(quiet.state.status, "failed");
  const careful = new PlayRun(`${head}\n  a: ${call(undo(", when_unknown: true"))}\n`);
  careful.lose("a", "timeout");
  assert.deepEqual(careful.calls, ["undo a#1"]);
  const unsent = new PlayRun(`${head}\n  a: ${call(undo(", when_unknown: true"))}\n`);
  unsent.lose("a", "network", false);
  assert.equal(unsent.state.status, "failed");
});

test("its templates see the step's own response; one that cannot be made is recorded", () => {
  const own = (body: string) =>
    `, compensate: {request: {method: POST, url: "https://a.example/u", body: ${body}}}`;
  const run = new PlayRun(`${head}
  a: ${call(own('{ref: "{{ steps.a.output.id }}"}'))}
  b: ${call(`${own('{ref: "x{{ steps.a.output.none }}"}')}, after: [a]`)}
  bad: ${call(", after: [b]")}
`);
  run.answer("a", 200, { id: "ch_1" });
  run.answer("b", 200);
  run.answer("bad", 400);
  assert.equal(run.last("compensation.failed").failure.kind, "evaluation");
  assert.deepEqual(run.effects[0]?.request.body, { type: "json", value: { ref: "ch_1" }, holes: [] });
});

test("cancel with compensate false stops after the compensation in progress", () => {
  const run = new PlayRun(`${head}
  a: ${call(undo())}
  b: ${call(`, after: [a]${undo()}`)}
  bad: ${call(", after: [b]")}
`);
  run.answer("a", 200);
  run.answer("b", 200);
  run.answer("bad", 400);
  assert.deepEqual(run.cancel(false), ["run.cancel_requested"]);
  assert.deepEqual(run.calls, ["undo b#1"]);
  assert.deepEqual(run.answer("b", 200), ["compensation.succeeded b", "run.failed"]);
  assert.equal(run.state.compensation, "partial");

  const none = new PlayRun(`${head}\n  a: ${call(undo())}\n  b: ${call(", after: [a]")}\n`);
  none.answer("a", 200);
  none.cancel(false);
  none.answer("b", 200);
  assert.equal(none.state.status, "cancelled");
  assert.equal(none.state.compensation, "none");
});

test("a success that comes while the run ends counts for compensation", () => {
  const run = new PlayRun(`${head}\n  a: ${call(undo())}\n  bad: ${call()}\n`);
  run.answer("bad", 400);
  assert.deepEqual(run.answer("a", 200), ["step.succeeded a", "run.compensating", "compensation.started a"]);
});

test("a crash in the middle of a compensation tries it again and spends no retry", () => {
  const run = new PlayRun(`${head}\n  a: ${call(undo())}\n  bad: ${call(", after: [a]")}\n`);
  run.answer("a", 200);
  run.answer("bad", 400);
  assert.deepEqual(run.recover(), ["compensation.retrying a"]);
  assert.deepEqual(run.calls, ["undo a#2"]);
  assert.equal(run.state.steps[0]?.undo?.spent, 0);
});

test("an item whose compensation cannot be made fails again when it is tried again", () => {
  const at = "https://a.example/undo/{{ steps.a.response.body.id }}";
  const run = new PlayRun(`${head}
  a: {request: {method: POST, url: "https://a.example/a"}, strategy: {type: scatter, over: [1, 2]}, compensate: {request: {method: POST, url: "${at}"}}}
  bad: ${call(", after: [a]")}
`);
  run.answer("a[0]", 200, {});
  run.answer("a[1]", 200, { id: "1" });
  run.answer("bad", 400);
  run.answer("a[1]", 200);
  assert.equal(run.state.compensation, "partial");
  for (const _ of [1, 2]) {
    assert.deepEqual(run.give({ type: "compensate", again: true }), [
      "compensation.requested",
      "compensation.started a",
      "compensation.failed a[0]",
      "compensation.failed a",
      "compensation.ended",
    ]);
    assert.equal(run.state.compensation, "partial");
  }
});

test("the time for which a host's rule held a compensation back does not count for its max_elapsed", () => {
  const retry = ", retry: {max: 5, delay: 1s, jitter: none, backoff: constant, max_elapsed: 3s}";
  const document = `${head}
  a: ${call(undo(retry))}
  bad: ${call(", after: [a]")}
`;
  for (const [heldMs, tries] of [
    [0, []],
    [10_000, ["undo a#2", "undo a#3"]],
  ] as const) {
    const run = new PlayRun(document);
    run.answer("a", 200);
    run.answer("bad", 400);
    const answer = { status: 503, headers: {}, body: null };
    run.after(11_000).end("a", { type: "answer", answer, problem: null, heldMs });
    for (const tried of tries) {
      assert.deepEqual(run.calls, [tried]);
      run.after(1_000).answer("a", 503);
    }
    assert.equal(run.state.status, "failed");
  }
});

test("a child that was forgotten is not undone, and the run says so", () => {
  const run = new PlayRun(`${head}
  a: {workflow: {name: other}}
  bad: ${call(", after: [a]")}
`);
  const child = run.state.steps[0]?.child?.run ?? "";
  const name = { step: 0, item: null, child };
  run.give({
    type: "end_child",
    ...name,
    outcome: { type: "ended", status: "completed", output: null, error: null },
  });
  run.answer("bad", 400);
  assert.deepEqual(run.give({ type: "end_child_undo", ...name, compensation: "forgotten" }), [
    "compensation.failed a",
    "run.failed",
  ]);
  assert.equal(run.state.compensation, "partial");
  assert.equal(run.last("compensation.failed").failure.code, "child_forgotten");
});
