// Waits, sleeps, callbacks, pauses, polls and directives.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";
import { decide } from "./decide.ts";

const head = "name: w\nversion: 1\ntriggers: [{type: http}]";

test("a signal ends the wait of its name, and an early one is kept", () => {
  const steps = `
steps:
  a: {wait: {signal: go}}
  b: {wait: {signal: stop}, after: [a]}
`;
  const run = new PlayRun(head + steps);
  assert.deepEqual(run.signal("stop", 1, "k1"), ["signal.received"]);
  assert.deepEqual(run.signal("stop", 2, "k1"), [], "a repeat is harmless");
  assert.deepEqual(run.signal("go", { by: "ann" }), [
    "signal.received",
    "wait.ended a",
    "step.succeeded a",
    "wait.started b",
    "wait.ended b",
    "step.succeeded b",
    "run.completed",
  ]);
  assert.deepEqual(run.state.result?.output, { b: 1 });
});

test("a key that brought another body is refused, as far as the log tells what it brought", () => {
  const run = new PlayRun(`${head}\nsteps:\n  a: {wait: {all: [go, stop]}}\n`);
  const send = (key: string, sent: string) =>
    run.give({ type: "signal", name: "go", body: 1, key, sent, target: null });
  assert.deepEqual(send("k1", "one"), ["signal.received"]);
  assert.deepEqual(send("k1", "one"), []);
  assert.equal(send("k1", "other"), "signal_conflict");
  run.signal("go", 1, "of an old log");
  assert.deepEqual(send("of an old log", "other"), []);
});

test("signals are taken first in first out, by the oldest wait first", () => {
  const run = new PlayRun(`${head}
steps:
  a: {wait: {any: [x, y]}}
  b: {wait: {signal: x}}
output: {a: "{{ steps.a.signal }}", b: "{{ steps.b.output }}"}
`);
  run.signal("x", 1);
  run.signal("x", 2);
  assert.deepEqual(run.state.result?.output, { a: { name: "x", body: 1 }, b: 2 });
});

test("all takes its signals together", () => {
  const run = new PlayRun(`${head}
steps:
  a: {wait: {all: [x, y]}}
output: {x: "{{ steps.a.signals.x.body }}", all: "{{ steps.a.output }}"}
`);
  run.signal("x", 1);
  assert.equal(run.statusOf("a"), "running");
  run.signal("y", 2);
  assert.deepEqual(run.state.result?.output, { x: 1, all: { x: 1, y: 2 } });
});

test("a wait that times out fails, rejects or goes on", () => {
  const steps = (onTimeout: string) => `${head}
steps:
  a: {wait: {signal: go, timeout: 10s, on_timeout: ${onTimeout}}}
  b: {value: "{{ steps.a.signal ?? 'none' }}", after: [a]}
`;
  const failing = new PlayRun(steps("fail"));
  assert.deepEqual(failing.after(9_999).tick(), []);
  assert.deepEqual(failing.after(1).tick(), [
    "wait.timed_out a",
    "step.failed a",
    "run.ending",
    "run.failed",
  ]);
  const rejecting = new PlayRun(steps("reject"));
  rejecting.after(10_000).tick();
  assert.equal(rejecting.statusOf("a"), "rejected");
  assert.equal(rejecting.statusOf("b"), "skipped");
  assert.equal(rejecting.state.status, "completed");
  const going = new PlayRun(steps("continue"));
  going.after(10_000).tick();
  assert.deepEqual(going.state.result?.output, { b: "none" });
});

test("a signal that is recorded before the timeout wins", () => {
  const run = new PlayRun(`${head}\nsteps:\n  a: {wait: {signal: go, timeout: 10s}}\n`);
  run.after(10_500).signal("go", 1);
  assert.equal(run.state.status, "completed");
});

test("signals that nobody takes cannot keep away the one that a wait needs", () => {
  const run = new PlayRun(`${head}
steps:
  a: {wait: {signal: go}}
  b: {wait: {all: [x, y]}}
`);
  const kept = (name: string) => ({ seq: 3, name, body: null, step: null, item: null, cameAt: 0 });
  const send = (name: string, others: string) => {
    const state = { ...run.state, signals: Array.from({ length: 1_000 }, () => kept(others)) };
    const command = { type: "signal", name, body: null, key: null, target: null } as const;
    const decision = decide(run.workflow, state, { now: run.now, computed: new Map(), ...command });
    return decision.type === "rejected" ? decision.code : decision.type;
  };
  assert.equal(send("go", "x"), "accepted");
  assert.equal(send("y", "x"), "accepted");
  assert.equal(send("x", "x"), "too_many_signals", "`b` has one of them and waits for `y`");
  assert.equal(send("other", "go"), "too_many_signals");
});

test("a sleep ends at its time, not before, and survives a crash", () => {
  const run = new PlayRun(`${head}\nsteps:\n  a: {sleep: 1h}\n  b: {value: 1, after: [a]}\n`);
  assert.deepEqual(run.after(3_599_999).recover(), []);
  assert.deepEqual(run.after(1).tick(), ["step.succeeded a", "step.succeeded b", "run.completed"]);
  const until = new PlayRun(
    `${head}\nsteps:\n  a: {sleep: {until: "{{ trigger.body }}"}}\n`,
    "1970-01-01T00:20:00Z",
  );
  assert.deepEqual(until.outstanding, [{ type: "wake", id: "wake/1200000", at: 1_200_000 }]);
  const past = new PlayRun(`${head}\nsteps:\n  a: {sleep: {until: "{{ trigger.body }}"}}\n`, 5);
  assert.equal(past.state.status, "completed");
  const odd = new PlayRun(`${head}\nsteps:\n  a: {sleep: {until: "{{ trigger.body }}"}}\n`, "soon");
  assert.equal(odd.last("step.failed").failure.code, "not_a_timestamp");
});

const callback = `${head}
steps:
  a:
    request: {method: POST, url: "https://s.example/", body: {to: "{{ callback.url }}"}}
    wait: {timeout: 1h}
output: {signal: "{{ steps.a.output }}", answer: "{{ steps.a.response.body }}"}
`;

test("a callback ends the wait behind its call, also when it comes before the answer", () => {
  const run = new PlayRun(callback);
  assert.deepEqual(run.answer("a", 202, "taken"), ["wait.started a"]);
  assert.deepEqual(run.calls, []);
  run.callBack("a", { paid: true }, "k");
  assert.deepEqual(run.state.result?.output, { signal: { paid: true }, answer: "taken" });
  const early = new PlayRun(callback);
  early.callBack("a", 1);
  assert.equal(early.callBack("a", 2), "wait_over", "it is used once");
  assert.deepEqual(early.answer("a", 202, "taken"), [
    "wait.started a",
    "wait.ended a",
    "step.succeeded a",
    "run.completed",
  ]);
  const over = new PlayRun(callback);
  over.answer("a", 400);
  assert.equal(over.callBack("a"), "run_ended");
});

test("callbacks of calls that failed afterwards stand in nobody's way", () => {
  const run = new PlayRun(`${head}
steps:
  late: {wait: {signal: go}}
  a:
    request: {method: POST, url: "https://s.example/", body: {to: "{{ callback.url }}"}}
    wait: {timeout: 1h}
    strategy: {type: fan_out, over: [0, 1, 2], concurrency: 2, on_error: continue}
  b: {after: [late], wait: {signal: on}}
`);
  run.signal("on", 1);
  for (const item of [0, 1]) run.callBack(`a[${item}]`, item);
  const sentTo = () => run.state.signals.map(({ step, item }) => [step, item]);
  assert.deepEqual(sentTo(), [
    [null, null],
    [1, 0],
    [1, 1],
  ]);
  run.answer("a[0]", 500);
  assert.deepEqual(sentTo().at(-1), [1, 1]);
  assert.equal(sentTo().length, 2);
  run.answer("a[1]", 200);
  run.callBack("a[2]", 2);
  run.answer("a[2]", 500);
  assert.deepEqual(sentTo(), [[null, null]], "what was sent to no task is kept");
  assert.equal(run.state.steps[1]?.items?.succeeded, 1);
});

test("callbacks do not count among the signals that came early", () => {
  const run = new PlayRun(callback);
  const kept = (item: number) => ({ seq: 3, name: "callback", body: null, step: 0, item, cameAt: 0 });
  const state = { ...run.state, signals: Array.from({ length: 1_000 }, (_, item) => kept(item)) };
  for (const target of [null, { step: 0, item: null }]) {
    const command = { type: "signal", name: "x", body: null, key: null, target } as const;
    const decision = decide(run.workflow, state, { now: run.now, computed: new Map(), ...command });
    assert.equal(decision.type, "accepted");
  }
});

test("a step whose request was answered is undone, whatever its wait did", () => {
  const run = new PlayRun(`${head}
steps:
  a:
    request: {method: POST, url: "https://s.example/"}
    wait: {timeout: 1h}
    compensate: {request: {method: DELETE, url: "https://s.example/"}}
`);
  run.answer("a", 200);
  assert.deepEqual(run.after(3_600_000).tick().slice(0, 2), ["wait.timed_out a", "step.failed a"]);
  assert.deepEqual(run.calls, ["undo a#1"]);
});

test("an event ends a wait when its condition holds, and is ignored otherwise", () => {
  const run = new PlayRun(
    `${head}
steps:
  a: {wait: {event: paid, subject: "{{ trigger.body.order }}", when: "event.data.amount > 10"}}
`,
    { order: "o-1" },
  );
  const [effect] = run.outstanding;
  assert.equal(effect?.type === "event" && effect.subject, "o-1");
  // For the last the condition cannot be evaluated.
  for (const data of [{ amount: 5 }, { amount: "much" }, {}])
    assert.deepEqual(run.callBack("a", { data }), ["signal.received a", "wait.ignored a"]);
  run.callBack("a", { data: { amount: 50 } });
  assert.equal(run.state.status, "completed");
});

test("a wait looks for events a little before the start, for clocks that are behind", () => {
  const run = new PlayRun(`${head}
steps:
  a: {wait: {event: paid}}
  b: {wait: {event: paid}, after: [a]}
`);
  const sinceOf = (step: number) => {
    const found = run.outstanding.find((effect) => effect.type === "event" && effect.step === step);
    assert.ok(found?.type === "event");
    return found.sinceMs;
  };
  const startedAt = run.now;
  assert.equal(sinceOf(0), startedAt - 5_000);
  run.after(60_000).callBack("a", { source: "bank", id: "1" });
  assert.equal(sinceOf(1), startedAt - 5_000);
});

test("the event that started a run ends none of its waits", () => {
  const event = { source: "shop", id: "1", type: "paid", specversion: "1.0" };
  const made = {
    type: "event",
    method: "",
    headers: {},
    query: {},
    body: null,
    rawBody: null,
    event,
  } as const;
  const run = new PlayRun(`${head}\nsteps: {a: {wait: {event: paid}}}`, {}, { trigger: made });
  const offer = (id: string) => {
    const [target, body] = [
      { step: 0, item: null },
      { ...event, data: 1, id },
    ];
    return run.give({ type: "signal", name: "paid", body, key: `${id}/0`, target, receivedAt: run.now });
  };
  assert.deepEqual(offer("1"), []);
  assert.deepEqual(offer("2").slice(0, 2), ["signal.received a", "wait.ended a"]);
});

test("a pause stops new starts only", () => {
  const run = new PlayRun(`${head}
steps:
  a: {request: {method: POST, url: "https://s.example/"}, retry: {max: 1, delay: 1s, jitter: none}}
  b: {value: 1, after: [a]}
`);
  run.give({ type: "pause" });
  assert.deepEqual(run.answer("a", 503), ["step.retrying a"]);
  assert.deepEqual(run.after(1_000).answer("a", 200), ["step.succeeded a"]);
  assert.equal(run.state.status, "running");
  assert.deepEqual(run.give({ type: "resume" }), ["run.resumed", "step.succeeded b", "run.completed"]);
});

const polled = `${head}
steps:
  a:
    request: {method: POST, url: "https://s.example/jobs", headers: {authorization: x}}
    response: {poll: {while: "steps.a.response.body.state == 'open'", every: 5s, max: 12s}}
    compensate: {request: {method: DELETE, url: "https://s.example/"}}
`;

test("polls go on until the job is done", () => {
  const run = new PlayRun(polled);
  assert.deepEqual(run.answer("a", 202, { state: "open" }, { location: "https://s.example/jobs/1" }), [
    "step.polled a",
  ]);
  const [call] = run.effects;
  assert.equal(call?.notBefore, run.now + 5_000);
  assert.deepEqual([call?.request.method, call?.request.url], ["GET", "https://s.example/jobs/1"]);
  run.after(5_000).answer("a", 503);
  assert.deepEqual(run.calls, ["a#1 poll 2"]);
  run.after(1_000).answer("a", 200, { state: "done", result: 4 });
  assert.deepEqual(run.state.result?.output, { a: { state: "done", result: 4 } });
});

test("a job that is not done in time fails, and is undone", () => {
  const run = new PlayRun(polled);
  run.answer("a", 202, { state: "open" });
  run.after(5_000).answer("a", 200, { state: "open" });
  assert.deepEqual(run.after(5_000).answer("a", 200, { state: "open" }).slice(0, 1), ["step.failed a"]);
  assert.equal(run.last("step.failed").failure.code, "poll_timed_out");
  assert.deepEqual(run.calls, ["undo a#1"]);
});

test("a poll that fails is not tried again later than max", () => {
  const run = new PlayRun(polled);
  run.answer("a", 202, { state: "open" });
  run.after(5_000).answer("a", 200, { state: "open" });
  assert.deepEqual(run.after(6_900).answer("a", 503).slice(0, 1), ["step.failed a"]);
});

test("a poll that nobody answers does not make the call unknown, which was answered", () => {
  const run = new PlayRun(polled);
  run.answer("a", 202, { state: "open" });
  for (let tries = 0; run.statusOf("a") === "running"; tries++) {
    assert.ok(tries < 9);
    run.after(1_000).lose("a", "timeout");
  }
  assert.deepEqual([run.state.steps[0]?.accepted, run.state.steps[0]?.unknown], [true, false]);
});

test("once polls ask elsewhere, what is said there is measured by the origin of the request", () => {
  const run = new PlayRun(polled);
  run.end("a", {
    type: "answer",
    answer: { status: 202, headers: {}, body: { state: "open" } },
    problem: null,
    target: { url: "https://other.example/1", sameOrigin: false },
  });
  assert.equal(run.effects[0]?.origin, "https://s.example");
});

const directed = (more: string) => `${head}
steps:
  a: {request: {method: POST, url: "https://s.example/"}, retry: {max: 1, delay: 1s, jitter: none}${more}}
  b: {value: 1, after: [a]}
`;

test("directives steer the step, within what the step allows", () => {
  const retried = new PlayRun(directed(""));
  assert.deepEqual(retried.answer("a", 200, null, { "dispatched-directive": "retry;after=30" }), [
    "directive.received a",
    "step.retrying a",
  ]);
  assert.equal(retried.effects[0]?.notBefore, retried.now + 30_000);
  retried.after(30_000).answer("a", 200, null, { "dispatched-directive": "retry" });
  assert.equal(retried.state.status, "failed", "never more than max");
  const failed = new PlayRun(directed(""));
  failed.answer("a", 200, null, { "dispatched-directive": 'fail;reason="no stock"' });
  assert.match(failed.last("step.failed").failure.message, /no stock/);
  const silent = new PlayRun(directed(""));
  silent.answer("a", 200, null, { "dispatched-directive": "fail" });
  assert.equal(silent.last("step.failed").failure.code, "directive_fail");
  const ignored = new PlayRun(directed(""));
  ignored.answer("a", 200, "x", { "dispatched-directive": "skip" });
  assert.deepEqual([ignored.statusOf("a"), ignored.last("directive.received").allowed], ["succeeded", false]);
  const skipped = new PlayRun(directed(", directives: [skip]"));
  skipped.answer("a", 200, null, { "dispatched-directive": "skip" });
  assert.deepEqual([skipped.statusOf("a"), skipped.statusOf("b")], ["skipped", "skipped"]);
  const completed = new PlayRun(directed(", directives: [complete]"));
  completed.answer("a", 200, null, { "dispatched-directive": "complete" });
  assert.equal(completed.state.status, "completed");
  const polling = new PlayRun(directed(""));
  polling.answer("a", 202, null, { "dispatched-directive": "poll;after=5" });
  assert.deepEqual(polling.calls, ["a#1 poll 1"]);
  polling.after(5_000).answer("a", 200, "done");
  assert.equal(polling.state.status, "completed");
});
