// Children: started once, followed to their end, cancelled and undone with their parent. And what the sandbox computes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";

const head = "name: w\nversion: 1\ntriggers: [{type: http}]";

const parent = `${head}
steps:
  a: {workflow: {name: other, body: {n: "{{ trigger.body }}"}}}
  b: {request: {method: POST, url: "https://s.example/"}, after: [a]}
`;

function childOf(run: PlayRun) {
  const found = run.outstanding.find((effect) => effect.type === "child");
  assert.ok(found?.type === "child");
  return found;
}

function end(run: PlayRun, status: "completed" | "failed" | "cancelled", output: number | null = null) {
  const { run: child, step, item } = childOf(run);
  const outcome = { type: "ended", status, output, error: status === "failed" ? "no luck" : null } as const;
  return run.give({ type: "end_child", step, item, child, outcome });
}

test("a child's result is the step's output", () => {
  const run = new PlayRun(parent, 5);
  const effect = childOf(run);
  assert.match(effect.run, /^run_[0-9a-z]{26}$/);
  assert.deepEqual(
    [effect.workflow, effect.order.body, effect.depth, effect.cancel],
    ["other", { n: 5 }, 1, false],
  );
  assert.deepEqual(end(run, "completed", 7), ["child.ended a", "step.succeeded a", "step.started b"]);
  assert.equal(run.output("a"), 7);
});

test("a child that fails fails the step; one that could not be started too", () => {
  const run = new PlayRun(parent);
  assert.deepEqual(end(run, "failed").slice(0, 2), ["child.ended a", "step.failed a"]);
  assert.match(run.last("step.failed").failure.message, /no luck/);
  const other = new PlayRun(parent);
  const { run: child } = childOf(other);
  const outcome = { type: "not_started", code: "workflow_not_found", message: "there is none" } as const;
  other.give({ type: "end_child", step: 0, item: null, child, outcome });
  assert.equal(other.last("step.failed").failure.code, "workflow_not_found");
});

test("a cancel is passed to the child, and the run waits for its end", () => {
  const run = new PlayRun(parent);
  run.cancel();
  assert.equal(childOf(run).cancel, true);
  assert.equal(run.state.endedAt, null);
  assert.deepEqual(end(run, "cancelled"), ["child.ended a", "step.cancelled a", "run.cancelled"]);
});

test("a completed child is undone by itself, or by the step's compensation", () => {
  const run = new PlayRun(parent);
  const { run: child } = childOf(run);
  end(run, "completed");
  run.answer("b", 400);
  const undo = run.outstanding.find((effect) => effect.type === "undo_child");
  assert.equal(undo?.type === "undo_child" && undo.run, child);
  run.give({ type: "end_child_undo", step: 0, item: null, child, compensation: "complete" });
  assert.equal(run.state.compensation, "complete");
  const own = new PlayRun(
    parent.replace("}}}\n", '}}, compensate: {request: {method: DELETE, url: "https://s.example/"}}}\n'),
  );
  end(own, "completed");
  own.answer("b", 400);
  assert.deepEqual(own.calls, ["undo a#1"]);
});

test("a completed run undoes itself when its root asks", () => {
  const run = new PlayRun(`${head}
steps:
  a:
    request: {method: POST, url: "https://s.example/"}
    compensate: {request: {method: DELETE, url: "https://s.example/"}}
`);
  run.answer("a", 200);
  assert.equal(run.state.status, "completed");
  run.give({ type: "compensate", again: false });
  assert.deepEqual(run.calls, ["undo a#1"]);
  assert.deepEqual(run.answer("a", 200), ["compensation.succeeded a", "compensation.ended"]);
  assert.deepEqual([run.state.status, run.state.compensation], ["completed", "complete"]);
});

test("a run's own timeout wakes nobody while it is undone after its end", () => {
  const run = new PlayRun(`${head}
timeout: 10s
steps:
  a:
    request: {method: POST, url: "https://s.example/"}
    compensate: {request: {method: DELETE, url: "https://s.example/"}}
`);
  run.answer("a", 200);
  run.after(60_000).give({ type: "compensate", again: false });
  assert.deepEqual(
    run.outstanding.map((effect) => effect.type),
    ["call"],
  );
});

test("what the sandbox must compute is asked for, and the run goes on when it has", () => {
  const run = new PlayRun(
    `${head}
steps:
  a: {value: {expr: "$.trigger.body.list[*]", lang: jsonpath}, when: "return trigger.body.go"}
  b:
    request: {method: POST, url: "https://s.example/", body: {n: {expr: "return 1 + 1", lang: lua}}}
    after: [a]
`,
    { go: true },
  );
  assert.deepEqual(run.needs, ["return trigger.body.go"]);
  assert.deepEqual(run.compute({ "return trigger.body.go": true }), []);
  assert.deepEqual(run.compute({ "$.trigger.body.list[*]": [1, 2] }), ["step.succeeded a"]);
  assert.deepEqual(run.compute({ "return 1 + 1": 2 }), ["step.started b"]);
  assert.deepEqual(run.needs, []);
  run.answer("b", 200, "x");
  assert.deepEqual(run.state.result?.output, { b: "x" });
});

test("what the items of a window need of the sandbox is asked for together", () => {
  const run = new PlayRun(
    `${head}
steps:
  a:
    request: {method: POST, url: "https://s.example/", body: {n: {expr: "return item", lang: lua}}}
    strategy: {type: fan_out, over: trigger.body, concurrency: 3}
`,
    [1, 2, 3, 4],
  );
  assert.equal(run.needs.length, 3);
  assert.deepEqual(run.compute({ "return item": 7 }), [
    "item.started a[0]",
    "item.started a[1]",
    "item.started a[2]",
  ]);
  assert.equal(run.needs.length, 0);
  run.answer("a[1]", 200);
  assert.equal(run.needs.length, 1);
});

test("the sandbox sees what an expression names, and everything where it may read what it does not name", () => {
  const seen = (when: string, lang: string) => {
    const run = new PlayRun(
      `${head}\nsteps: {a: {value: 1}, b: {value: 2, after: [a], when: {expr: ${JSON.stringify(when)}, lang: ${lang}}}}`,
    );
    const need = run.outstanding.find((effect) => effect.type === "evaluate")?.need;
    const { steps, ...others } = need?.context() ?? { steps: {} };
    return [...Object.keys(others), ...Object.keys(steps as object)].join(" ");
  };
  assert.equal(seen("return 1 < 2", "lua"), "");
  assert.equal(seen("return trigger.body == nil", "lua"), "trigger");
  assert.equal(seen("return steps.a.output == 1", "lua"), "a");
  assert.equal(seen("return _ENV['tr' .. 'igger'] ~= nil", "lua"), "trigger run a b");
  assert.equal(seen("$['run']['id']", "jsonpath"), "run");
  assert.equal(seen("$.*.a", "jsonpath"), "trigger run a b");
  assert.equal(seen("$[?@.a]", "jsonpath"), "trigger run a b");
});

test("a run that a service completes waits for an output in Lua, and starts nothing meanwhile", () => {
  const run = new PlayRun(
    `name: w
version: 1
triggers: [{type: http}]
timeout: 1m
steps:
  a: {request: {method: POST, url: "https://s.example/"}, directives: [complete]}
  b: {value: 1, after: [a]}
output: {expr: "return steps.a.output", lang: lua}
`,
  );
  assert.deepEqual(run.answer("a", 200, "x", { "dispatched-directive": "complete" }), [
    "directive.received a",
    "step.succeeded a",
  ]);
  run.after(60_000).tick();
  assert.deepEqual(run.compute({ "return steps.a.output": "x" }), ["run.completed"]);
});

test("a poll's condition in Lua is judged after its answer is recorded", () => {
  const run = new PlayRun(`${head}
steps:
  a:
    request: {method: POST, url: "https://s.example/"}
    response: {poll: {while: "return steps.a.response.body ~= 'done'", every: 1s}}
`);
  const source = "return steps.a.response.body ~= 'done'";
  assert.deepEqual(run.answer("a", 202, "open"), ["step.polled a"]);
  assert.deepEqual([run.calls, run.needs], [[], [source]]);
  assert.deepEqual(run.compute({ [source]: true }), ["value.computed a"]);
  assert.deepEqual([run.calls, run.needs], [["a#1 poll 1"], []]);
  run.after(1_000).answer("a", 200, "done");
  assert.deepEqual(run.compute({ [source]: false }), ["step.succeeded a", "run.completed"]);
  assert.deepEqual(run.state.result?.output, { a: "done" });
});

test("a job that is done in time has not timed out, though the next poll would come too late", () => {
  const source = "return steps.a.response.body ~= 'done'";
  const document = `${head}
steps:
  a:
    request: {method: POST, url: "https://s.example/"}
    response: {poll: {while: "${source}", every: 5s, max: 8s}}
`;
  const done = new PlayRun(document);
  const open = new PlayRun(document);
  for (const run of [done, open]) {
    run.answer("a", 202, "open");
    run.compute({ [source]: true });
    run.after(5_000);
  }
  assert.deepEqual(done.answer("a", 200, "done"), ["step.polled a"]);
  assert.deepEqual(done.compute({ [source]: false }), ["step.succeeded a", "run.completed"]);
  assert.deepEqual(open.answer("a", 200, "open"), ["step.polled a"]);
  assert.equal(open.compute({ [source]: true })[0], "step.failed a");
  assert.equal(open.last("step.failed").failure.code, "poll_timed_out");
});

test("so it is with what is undone", () => {
  const source = "return steps.a.response.body ~= 'done'";
  const document = `${head}
steps:
  a:
    request: {method: POST, url: "https://s.example/"}
    compensate:
      request: {method: POST, url: "https://s.example/undo"}
      response: {poll: {while: {expr: "${source}", lang: lua}, every: 5s, max: 8s}}
  b: {request: {method: POST, url: "https://s.example/"}, after: [a]}
`;
  for (const [body, end] of [
    ["done", "compensation.succeeded a"],
    ["open", "compensation.failed a"],
  ]) {
    const run = new PlayRun(document);
    run.answer("a", 200);
    run.answer("b", 400);
    run.answer("a", 202, "open");
    run.compute({ [source]: true });
    run.after(5_000).answer("a", 200, body ?? null);
    assert.deepEqual(run.compute({ [source]: body !== "done" }), [end, "run.failed"]);
  }
});

test("the wait behind a poll that the sandbox judges begins once", () => {
  const run = new PlayRun(`${head}
steps:
  a:
    request: {method: POST, url: "https://s.example/", query: {to: "{{ callback.url }}"}}
    response: {poll: {while: "return steps.a.response.body ~= 'done'", every: 1s}}
    wait: {timeout: 1m}
`);
  run.answer("a", 200, "done");
  assert.deepEqual(run.compute({ "return steps.a.response.body ~= 'done'": false }), ["wait.started a"]);
  assert.deepEqual(run.needs, []);
  assert.deepEqual(run.after(1_000).tick(), []);
});

test("a child whose step takes too long is told to end, and the step fails when it has", () => {
  const run = new PlayRun(`${head}
steps:
  a: {workflow: {name: other}, timeout: 10s}
`);
  assert.deepEqual(run.after(10_000).tick(), ["child.cancelling a"]);
  assert.deepEqual([childOf(run).cancel, run.statusOf("a")], [true, "running"]);
  assert.deepEqual(run.after(1_000).tick(), [], "its time is not over twice");
  assert.deepEqual(end(run, "completed"), [
    "child.ended a",
    "step.failed a",
    "run.ending",
    "run.compensating",
    "compensation.started a",
  ]);
  assert.equal(run.last("step.failed").failure.kind, "step_timeout");
});

test("a race that is won does not take too long any more while its losers end", () => {
  const run = new PlayRun(`${head}
steps:
  a: {workflow: {name: other}, timeout: 10s, strategy: {type: race, over: [1, 2]}}
`);
  end(run, "completed", 7);
  assert.deepEqual(run.after(10_000).tick(), []);
  assert.deepEqual(end(run, "cancelled"), [
    "child.ended a[1]",
    "item.cancelled a[1]",
    "step.succeeded a",
    "run.completed",
  ]);
  assert.equal(run.output("a"), 7);
});

test("the children that lose a race, or are in a list that takes too long, are told to end", () => {
  const race = new PlayRun(`${head}
steps:
  a: {workflow: {name: other}, strategy: {type: race, over: [1, 2]}}
`);
  assert.deepEqual(end(race, "completed", 7), [
    "child.ended a[0]",
    "item.succeeded a[0]",
    "child.cancelling a[1]",
  ]);
  assert.equal(childOf(race).cancel, true);
  assert.deepEqual(end(race, "cancelled"), [
    "child.ended a[1]",
    "item.cancelled a[1]",
    "step.succeeded a",
    "run.completed",
  ]);
  assert.equal(race.output("a"), 7);

  const list = new PlayRun(`${head}
steps:
  a: {workflow: {name: other}, timeout: 10s, strategy: {type: fan_out, over: [1, 2, 3], concurrency: 2}}
`);
  assert.deepEqual(list.after(10_000).tick(), [
    "child.cancelling a[0]",
    "child.cancelling a[1]",
    "child.cancelling a",
  ]);
  assert.deepEqual(end(list, "cancelled"), ["child.ended a[0]", "item.cancelled a[0]"]);
  assert.deepEqual(end(list, "cancelled").slice(0, 3), [
    "child.ended a[1]",
    "item.cancelled a[1]",
    "step.failed a",
  ]);
});

test("a run that a service completes tells its children to end first", () => {
  const run = new PlayRun(`${head}
steps:
  a: {workflow: {name: other}, timeout: 30s}
  b: {request: {method: POST, url: "https://s.example/"}, directives: [complete]}
`);
  const told = run.answer("b", 200, null, { "dispatched-directive": "complete" });
  assert.deepEqual(told, ["directive.received b", "step.succeeded b", "child.cancelling a"]);
  assert.deepEqual(run.after(60_000).tick(), [], "it cannot take too long any more");
  assert.deepEqual(end(run, "cancelled"), ["child.ended a", "step.cancelled a", "run.completed"]);
});

test("the children of a list whose run a service completes are given up, and the list did not fail", () => {
  const run = new PlayRun(`${head}
steps:
  a: {workflow: {name: other}, strategy: {type: scatter, over: [1, 2]}}
  b: {request: {method: POST, url: "https://s.example/"}, directives: [complete]}
`);
  run.answer("b", 200, null, { "dispatched-directive": "complete" });
  end(run, "cancelled");
  assert.deepEqual(end(run, "cancelled"), [
    "child.ended a[1]",
    "item.cancelled a[1]",
    "step.cancelled a",
    "run.completed",
  ]);
});

test("a child is asked once on each occasion to undo itself, and again for what it could not", () => {
  const run = new PlayRun(`${head}
steps: {a: {request: {method: POST, url: "https://s.example/"}, compensate: {request: {method: POST, url: "https://s.example/undo"}, retry: {max: 0}}}}
`);
  run.answer("a", 200);
  assert.deepEqual(run.give({ type: "compensate", again: false, by: "parent/9" }).slice(0, 1), [
    "compensation.requested",
  ]);
  run.answer("a", 400);
  assert.equal(run.state.compensation, "partial");
  assert.deepEqual(run.give({ type: "compensate", again: true, by: "parent/9" }), []);
  assert.deepEqual(run.give({ type: "compensate", again: true, by: "parent/12" }).slice(0, 1), [
    "compensation.requested",
  ]);
  run.answer("a", 200);
  assert.equal(run.state.compensation, "complete");
});
