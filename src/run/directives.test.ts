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

test("what stands behind a step that a service skipped is skipped for the same reason", () => {
  const run = new PlayRun(`${head}
  a: {request: {method: POST, url: "https://s.example/"}, directives: [skip]}
  b: {value: 1, after: [a]}
  c: {value: 1, after: [b]}
`);
  run.answer("a", 200, null, say("skip"));
  assert.deepEqual(
    run.state.steps.map(({ skipped }) => skipped),
    ["directive", "directive", "directive"],
  );
});

const polled = `${head}  a:
    request: {method: POST, url: "https://s.example/"}
    response: {poll: {while: steps.a.response.body.busy, every: 5s, max: 1m}}
`;
const wait = (run: PlayRun) => (run.effects[0]?.notBefore ?? 0) - run.now;

test("a poll that is told to be tried again is asked again, as one that failed is: at least twice, and not after max", () => {
  const run = new PlayRun(polled);
  run.answer("a", 202, { busy: true });
  for (const poll of [2, 3]) {
    run.after(5_000);
    assert.deepEqual(run.answer("a", 503, null, say("retry;after=8")), [
      "directive.received a",
      "step.polled a",
    ]);
    assert.deepEqual([run.calls, wait(run)], [[`a#1 poll ${poll}`], 8_000]);
  }
  assert.deepEqual(run.answer("a", 200, { busy: true }), ["step.polled a"], "its retries are there anew");
  run.answer("a", 503, null, say("retry"));
  run.answer("a", 503, null, say("retry"));
  assert.deepEqual(run.answer("a", 503, null, say("retry")).slice(0, 2), [
    "directive.received a",
    "step.failed a",
  ]);
  assert.equal(run.last("step.failed").failure.accepted, true);
  const late = new PlayRun(polled);
  late.answer("a", 202, { busy: true });
  assert.deepEqual(late.answer("a", 503, null, say("retry;after=61")).slice(1, 2), ["step.failed a"]);
});

test("so is a page, and the poll of a compensation", () => {
  const pages = new PlayRun(`${head}  a:
    request: {method: GET, url: "https://s.example/"}
    retry: {max: 0}
    response: {paginate: {next: {link: next}}}
`);
  pages.answer("a", 200, [1], { link: '</2>; rel="next"' });
  assert.deepEqual(pages.answer("a", 503, null, say("retry;after=8")).slice(1), ["step.paged a"]);
  assert.deepEqual([pages.calls, wait(pages)], [["a#1 poll 2"], 8_000]);
  pages.after(8_000).answer("a", 200, [2]);
  assert.deepEqual(pages.state.result?.output, { a: [1, 2] });

  const undone = new PlayRun(`${head}  a:
    request: {method: POST, url: "https://s.example/"}
    compensate:
      request: {method: DELETE, url: "https://s.example/"}
      retry: {max: 0}
      response: {poll: {while: steps.a.response.body.busy}}
  b: {request: {method: POST, url: "https://s.example/b"}}
`);
  undone.answer("a", 200);
  undone.answer("b", 400);
  undone.answer("a", 202, { busy: true });
  assert.deepEqual(undone.answer("a", 503, null, say("retry;after=8")).slice(1), ["compensation.polled a"]);
  assert.deepEqual([undone.calls, wait(undone)], [["undo a#1 poll 2"], 8_000]);
  undone.after(8_000).answer("a", 200, { busy: false });
  assert.equal(undone.state.compensation, "complete");
});
