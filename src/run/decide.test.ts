// Order and outcome: joins, conditions, failures, deadlines, cancellation.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";

const head = "name: w\nversion: 1\ntriggers: [{type: http}]\n";
const call = (extra = "") => `{request: {method: POST, url: "https://a.example/x"}${extra}}`;

test("a run without failures: each step begins when those before it ended", () => {
  const run = new PlayRun(`${head}
steps:
  a: ${call()}
  b: ${call(", after: [a]")}
  c: ${call(", after: [a]")}
  d: ${call(", after: [b, c]")}
`);
  assert.deepEqual(run.said, ["run.created", "run.started", "step.started a"]);
  assert.deepEqual(run.answer("a", 200, { id: 1 }), ["step.succeeded a", "step.started b", "step.started c"]);
  assert.deepEqual(run.calls, ["b#1", "c#1"]);
  assert.deepEqual(run.answer("c", 204), ["step.succeeded c"]);
  assert.deepEqual(run.answer("b", 200), ["step.succeeded b", "step.started d"]);
  assert.deepEqual(run.answer("d", 200, "done"), ["step.succeeded d", "run.completed"]);
  assert.deepEqual(run.state.result?.output, { d: "done" });
  assert.deepEqual(run.calls, []);
  assert.equal(run.answer("d", 200), "run_ended");
});

test("a value step ends at once, and a run of values needs no call", () => {
  const run = new PlayRun(
    `${head}
steps:
  twice: {value: ["{{ trigger.body.n }}", "{{ trigger.body.n }}"]}
  text: {value: "n is {{ steps.twice.output[0] }}", after: [twice]}
output: "{{ steps.text.output }}"
`,
    { n: 3 },
  );
  assert.equal(run.state.status, "completed");
  assert.equal(run.state.result?.output, "n is 3");
});

test("a false condition skips, and what comes after only skipped steps is skipped too", () => {
  const run = new PlayRun(`${head}
steps:
  a: {value: 1}
  no: ${call(", after: [a], when: steps.a.output == 2")}
  yes: ${call(", after: [a], when: steps.a.output == 1")}
  behind: ${call(", after: [no]")}
  both: ${call(", after: [no, yes]")}
`);
  assert.deepEqual(run.calls, ["yes#1"]);
  assert.equal(run.statusOf("behind"), "skipped");
  run.answer("yes", 200);
  assert.deepEqual(run.calls, ["both#1"]);
});

test("join any runs at the first that passed, and is skipped when none did", () => {
  const run = new PlayRun(`${head}
steps:
  a: ${call()}
  b: ${call()}
  first: ${call(", after: [a, b], join: any")}
`);
  assert.deepEqual(run.answer("b", 200), ["step.succeeded b", "step.started first"]);
  assert.deepEqual(run.calls, ["a#1", "first#1"]);
  assert.deepEqual(run.answer("a", 200), ["step.succeeded a"]);

  const none = new PlayRun(`${head}
steps:
  a: {value: 1, when: "false == true"}
  b: {value: 1, when: "1 == 2"}
  first: ${call(", after: [a, b], join: any")}
`);
  assert.equal(none.statusOf("first"), "skipped");
  assert.equal(none.state.status, "completed");
});

test("on_error continue: the failed step has passed and its error can be read", () => {
  const run = new PlayRun(`${head}
steps:
  a: ${call(", on_error: continue")}
  b: {value: "{{ steps.a.error.code }} {{ steps.a.error.status }} {{ steps.a.response.body.why }}", after: [a]}
output: "{{ steps.b.output }}"
`);
  run.answer("a", 422, { why: "no" });
  assert.equal(run.state.status, "completed");
  assert.equal(run.state.result?.output, "http_422 422 no");
});

test("a failed template or condition fails the step", () => {
  const run = new PlayRun(`${head}
steps:
  a: {value: "x {{ trigger.body.missing }}"}
`);
  assert.deepEqual(run.said.slice(2), ["step.failed a", "run.ending", "run.failed"]);
  const odd = new PlayRun(
    `${head}
steps:
  a: {value: 1, when: trigger.body.n}
`,
    { n: 5 },
  );
  assert.equal(odd.state.status, "failed");
});

test("the first failure ends the run: in-flight attempts finish, nothing new starts, pending retries are dropped", () => {
  const run = new PlayRun(`${head}
steps:
  bad: ${call()}
  slow: ${call()}
  flaky: ${call(", retry: {max: 5, delay: 10s, jitter: none}")}
  later: ${call(", after: [slow]")}
`);
  assert.deepEqual(run.answer("flaky", 503), ["step.retrying flaky"]);
  assert.deepEqual(run.answer("bad", 400), ["step.failed bad", "run.ending", "step.cancelled flaky"]);
  assert.deepEqual(run.calls, ["slow#1"]);
  assert.equal(run.statusOf("later"), "cancelled");
  assert.deepEqual(run.answer("slow", 500), ["step.failed slow", "run.failed"]);
  assert.deepEqual(run.last("run.ending").cause.type, "step");
});

test("an output that cannot be evaluated fails the run and undoes it", () => {
  const run = new PlayRun(`${head}
steps:
  a: ${call(", compensate: {request: {method: POST, url: 'https://a.example/undo'}}")}
output: "x {{ steps.a.output.none }}"
`);
  assert.deepEqual(run.answer("a", 200, {}), [
    "step.succeeded a",
    "run.ending",
    "run.compensating",
    "compensation.started a",
  ]);
  assert.deepEqual(run.answer("a", 200), ["compensation.succeeded a", "run.failed"]);
  assert.equal(run.state.compensation, "complete");
});

test("a step's timeout cuts the attempt off and is never early", () => {
  const run = new PlayRun(`${head}
steps:
  a: ${call(", timeout: 5s, on_error: continue")}
  b: {value: "{{ steps.a.error.kind }}", after: [a]}
`);
  assert.deepEqual(run.after(4_999).tick(), []);
  run.after(1).tick();
  assert.equal(run.state.status, "completed");
  assert.equal(run.state.steps[0]?.unknown, true);
  assert.deepEqual(run.state.result?.output, { b: "step_timeout" });
});

test("the run's timeout lets attempts in flight finish", () => {
  const run = new PlayRun(`${head}timeout: 10s
steps:
  a: ${call()}
  b: ${call(", after: [a]")}
`);
  assert.deepEqual(run.after(10_000).tick(), ["run.ending"]);
  assert.deepEqual(run.calls, ["a#1"]);
  assert.deepEqual(run.answer("a", 200), ["step.succeeded a", "run.timed_out"]);
});

test("cancel: acknowledged at once, the first cause stands", () => {
  const run = new PlayRun(`${head}\nsteps:\n  a: ${call()}\n`);
  assert.deepEqual(run.cancel(), ["run.cancel_requested", "run.ending"]);
  assert.deepEqual(run.cancel(), []);
  assert.deepEqual(run.answer("a", 400), ["step.failed a", "run.cancelled"]);
  assert.equal(run.cancel(), "run_ended");
});

test("a stale or malformed end of an attempt changes nothing", () => {
  const run = new PlayRun(`${head}\nsteps:\n  a: ${call(", retry: {max: 1}")}\n`);
  run.answer("a", 503);
  const outcome = {
    type: "answer",
    answer: { status: 200, headers: {}, body: null },
    problem: null,
  } as const;
  assert.equal(
    run.give({ type: "end_attempt", step: 0, item: null, attempt: 1, poll: 0, outcome }),
    "stale_attempt",
  );
  assert.equal(
    run.give({ type: "end_attempt", step: 9, item: null, attempt: 1, poll: 0, outcome }),
    "stale_attempt",
  );
  assert.equal(
    run.give({ type: "end_undo", step: 0, item: null, attempt: 1, poll: 0, outcome }),
    "stale_attempt",
  );
});

test("labels are evaluated at the start; one that fails fails the run", () => {
  const run = new PlayRun(
    `${head}labels: {customer: "{{ trigger.body.c }}", n: "{{ trigger.body.n }}"}
steps: {a: {value: 1}}
`,
    { c: "ann", n: 4 },
  );
  assert.deepEqual(run.state.created.labels, [
    ["customer", "ann"],
    ["n", "4"],
  ]);
  const bad = new PlayRun(`${head}labels: {c: "x{{ trigger.body.c }}"}\nsteps: {a: {value: 1}}\n`);
  assert.equal(bad.state.status, "failed");
  assert.equal(bad.last("run.ending").cause.type, "labels");
});
