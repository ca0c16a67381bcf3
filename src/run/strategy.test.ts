// Strategies: windows, failures, races, batches, reductions, and how their items are undone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";

const head = "name: w\nversion: 1\ntriggers: [{type: http}]";
const undo = 'compensate: {request: {method: DELETE, url: "https://s.example/{{ item.id }}"}}';

function document(strategy: string, more = ""): string {
  return `${head}
steps:
  each:
    request: {method: POST, url: "https://s.example/", body: {n: "{{ item }}", i: "{{ index }}"}}
    strategy: {${strategy}}
    ${more}
  last: {value: "{{ steps.each.output }}", after: [each]}
`;
}

test("a fan-out keeps its window, and its output is in the order of the list", () => {
  const run = new PlayRun(document("type: fan_out, over: trigger.body, concurrency: 2"), [10, 20, 30]);
  assert.deepEqual(run.calls, ["each[0]#1", "each[1]#1"]);
  assert.deepEqual(run.answer("each[1]", 200, "b"), ["item.succeeded each[1]", "item.started each[2]"]);
  run.answer("each[2]", 200, "c");
  assert.deepEqual(run.answer("each[0]", 200, "a"), [
    "item.succeeded each[0]",
    "step.succeeded each",
    "step.succeeded last",
    "run.completed",
  ]);
  assert.deepEqual(run.state.result?.output, { last: ["a", "b", "c"] });
});

test("each item has its own attempts, and a crash loses only those in flight", () => {
  const run = new PlayRun(
    document("type: scatter, over: trigger.body", "retry: {max: 1, delay: 1s, jitter: none}"),
    [1, 2],
  );
  run.answer("each[0]", 503);
  assert.deepEqual(run.calls, ["each[0]#2", "each[1]#1"]);
  assert.deepEqual(run.recover(), ["item.retrying each[1]"]);
  assert.deepEqual(run.calls, ["each[0]#2", "each[1]#2"]);
});

test("on_error fail: after the first failed item no new one starts, open ones finish, and the step fails", () => {
  const run = new PlayRun(document("type: fan_out, over: trigger.body, concurrency: 2"), [1, 2, 3]);
  assert.deepEqual(run.answer("each[0]", 400), ["item.failed each[0]"]);
  assert.deepEqual(run.answer("each[1]", 200), [
    "item.succeeded each[1]",
    "step.failed each",
    "run.ending",
    "run.failed",
  ]);
  assert.match(run.last("step.failed").failure.message, /^each\[0\]: /);
});

test("on_error continue: failed items are null; min_success is judged at the end", () => {
  const lenient = new PlayRun(document("type: scatter, over: trigger.body, on_error: continue"), [1, 2]);
  lenient.answer("each[0]", 400);
  lenient.answer("each[1]", 200, "b");
  assert.deepEqual(lenient.state.result?.output, { last: [null, "b"] });
  const strict = new PlayRun(document("type: scatter, over: trigger.body, min_success: 2"), [1, 2]);
  strict.answer("each[0]", 400);
  strict.answer("each[1]", 200);
  assert.equal(strict.state.status, "failed");
  assert.equal(strict.last("step.failed").failure.code, "too_few_successes");
});

test("the first success wins a race, and the others are dropped", () => {
  const run = new PlayRun(document("type: race, over: trigger.body"), [1, 2, 3]);
  run.answer("each[1]", 500);
  assert.deepEqual(run.answer("each[2]", 200, "c").slice(0, 3), [
    "item.succeeded each[2]",
    "item.cancelled each[0]",
    "step.succeeded each",
  ]);
  assert.deepEqual(run.state.result?.output, { last: "c" });
});

test("a race has one winner when the sandbox judges several polls at once", () => {
  const run = new PlayRun(
    `${head}
steps:
  each:
    request: {method: GET, url: "https://s.example/"}
    response: {poll: {while: {expr: "return false", lang: lua}}}
    strategy: {type: race, over: trigger.body}
`,
    [1, 2],
  );
  run.answer("each[0]", 200);
  run.answer("each[1]", 200);
  assert.deepEqual(run.compute({ "return false": false }).slice(0, 3), [
    "item.succeeded each[0]",
    "item.cancelled each[1]",
    "step.succeeded each",
  ]);
});

test("a race has one winner when the waits of several items are over at once", () => {
  const run = new PlayRun(
    `${head}
steps:
  each:
    request: {method: POST, url: "https://s.example/"}
    wait: {timeout: 10s, on_timeout: continue}
    strategy: {type: race, over: trigger.body}
`,
    [1, 2],
  );
  run.answer("each[0]", 200);
  run.answer("each[1]", 200);
  assert.deepEqual(run.after(10_000).tick(), [
    "wait.timed_out each[0]",
    "item.succeeded each[0]",
    "item.cancelled each[1]",
    "step.succeeded each",
    "run.completed",
  ]);
});

test("a race that everybody loses fails, and so does one over nothing", () => {
  const run = new PlayRun(document("type: race, over: trigger.body"), [1, 2]);
  run.answer("each[0]", 500);
  run.answer("each[1]", 400);
  assert.equal(run.state.status, "failed");
  assert.equal(new PlayRun(document("type: race, over: trigger.body"), []).state.status, "failed");
});

test("an empty list succeeds at once; what is no list fails the step", () => {
  assert.deepEqual(new PlayRun(document("type: scatter, over: trigger.body"), []).state.result?.output, {
    last: [],
  });
  const odd = new PlayRun(document("type: scatter, over: trigger.body"), { a: 1 });
  const { code, message } = odd.last("step.failed").failure;
  assert.deepEqual([code, message], ["not_a_list", "`over` must give a list, and is an object"]);
});

test("an empty list is too little where so many must succeed", () => {
  const few = new PlayRun(document("type: scatter, over: trigger.body, min_success: 1"), []);
  assert.equal(few.last("step.failed").failure.code, "too_few_successes");
  const none = new PlayRun(document("type: scatter, over: trigger.body, min_success: 0"), []);
  assert.equal(none.state.status, "completed");
});

test("`initial` is as large as `acc` may be", () => {
  const initial = (bytes: number) =>
    new PlayRun(
      document('type: reduce, over: [], initial: "{{ trigger.body }}", expr: acc'),
      "x".repeat(bytes - 2),
    );
  assert.equal(initial(65_536).state.status, "completed");
  assert.equal(initial(65_537).last("step.failed").failure.code, "reduce_value_bytes");
});

test("a batch gives chunks", () => {
  const run = new PlayRun(
    `${head}
steps:
  each:
    value: "{{ batch }}"
    strategy: {type: batch, over: trigger.body, size: 2}
`,
    [1, 2, 3],
  );
  assert.deepEqual(run.state.result?.output, { each: [[1, 2], [3]] });
});

test("a chunk of one entry is a list too", () => {
  const run = new PlayRun(
    `${head}
steps:
  each:
    value: "{{ batch }}"
    strategy: {type: batch, over: trigger.body, size: 1}
`,
    [1, 2],
  );
  assert.deepEqual(run.state.result?.output, { each: [[1], [2]] });
});

test("a reduce goes item by item, and acc is recorded", () => {
  const run = new PlayRun(
    `${head}
steps:
  sum:
    request: {method: POST, url: "https://s.example/", body: {acc: "{{ acc }}", n: "{{ item }}"}}
    strategy: {type: reduce, over: trigger.body, initial: 0, expr: "result.total ?? acc"}
`,
    [1, 2],
  );
  assert.deepEqual(run.calls, ["sum[0]#1"]);
  assert.deepEqual(run.answer("sum[0]", 200, { total: 5 }), [
    "item.succeeded sum[0]",
    "value.computed sum[0]",
    "item.started sum[1]",
  ]);
  run.answer("sum[1]", 200, {});
  assert.deepEqual(run.state.result?.output, { sum: 5 });
  const empty = new PlayRun(
    `${head}
steps:
  sum:
    value: 1
    strategy: {type: reduce, over: [], initial: 7, expr: "acc"}
`,
  );
  assert.deepEqual(empty.state.result?.output, { sum: 7 });
});

test("succeeded items are undone in reverse, within the window", () => {
  const run = new PlayRun(
    `${document("type: fan_out, over: trigger.body, concurrency: 2", undo)}  after: {request: {method: POST, url: "https://s.example/x"}, after: [each]}\n`,
    [{ id: "a" }, { id: "b" }, { id: "c" }],
  );
  for (const item of [1, 0, 2]) run.answer(`each[${item}]`, 200);
  run.answer("after", 400);
  assert.deepEqual(run.calls, ["undo each[2]#1", "undo each[0]#1"]);
  assert.deepEqual(
    run.effects.map((effect) => effect.request.url),
    ["https://s.example/c", "https://s.example/a"],
  );
  run.answer("each[2]", 200);
  assert.deepEqual(run.calls, ["undo each[0]#1", "undo each[1]#1"]);
  run.answer("each[0]", 200);
  assert.deepEqual(run.answer("each[1]", 200), [
    "compensation.succeeded each[1]",
    "compensation.succeeded each",
    "run.failed",
  ]);
  assert.equal(run.state.compensation, "complete");
});

test("an item that cannot be undone makes the compensation partial, and it can be tried again", () => {
  const run = new PlayRun(document("type: scatter, over: trigger.body", undo), [{ id: "a" }, { id: "b" }]);
  run.answer("each[0]", 200);
  run.answer("each[1]", 400);
  run.answer("each[0]", 404);
  assert.equal(run.state.compensation, "partial");
  assert.deepEqual(run.give({ type: "compensate", again: true }).slice(0, 3), [
    "compensation.requested",
    "compensation.started each",
    "compensation.started each[0]",
  ]);
  run.answer("each[0]", 200);
  assert.equal(run.state.compensation, "complete");
  assert.equal(run.state.status, "failed");
  assert.equal(run.give({ type: "compensate", again: true }), "nothing_to_compensate");
});

test("a cancel lets items in flight finish and drops those that wait for a retry", () => {
  const run = new PlayRun(document("type: scatter, over: trigger.body", "retry: {max: 3}"), [1, 2]);
  run.answer("each[0]", 503);
  assert.deepEqual(run.cancel(), ["run.cancel_requested", "run.ending", "item.cancelled each[0]"]);
  assert.deepEqual(run.answer("each[1]", 200), [
    "item.succeeded each[1]",
    "step.cancelled each",
    "run.cancelled",
  ]);
});

test("a cancel ends a strategy at once when all its items waited for a retry", () => {
  const run = new PlayRun(document("type: scatter, over: trigger.body", "retry: {max: 3}"), [1, 2]);
  run.answer("each[0]", 503);
  run.answer("each[1]", 503);
  assert.deepEqual(run.cancel().slice(-2), ["step.cancelled each", "run.cancelled"]);
});

test("a reduce whose last value is not computed when the run ends is cancelled, not succeeded", () => {
  const run = new PlayRun(
    `${head}
steps:
  sum:
    request: {method: POST, url: "https://s.example/"}
    strategy: {type: reduce, over: trigger.body, initial: 0, expr: "acc"}
`,
    [1],
  );
  run.cancel();
  assert.deepEqual(run.answer("sum[0]", 200), [
    "item.succeeded sum[0]",
    "step.cancelled sum",
    "run.cancelled",
  ]);
});

test("the step's own timeout drops its items", () => {
  const run = new PlayRun(document("type: scatter, over: trigger.body", "timeout: 5s"), [1, 2]);
  assert.deepEqual(run.after(5_000).tick(), [
    "item.cancelled each[0]",
    "item.cancelled each[1]",
    "step.failed each",
    "run.ending",
    "run.failed",
  ]);
});

test("ten thousand values are computed a thousand a turn", () => {
  const run = new PlayRun(
    `${head}
steps:
  each: {value: "{{ item }}", strategy: {type: scatter, over: trigger.body}}
output: "{{ steps.each.output[-1] }}"
`,
    Array.from({ length: 10_000 }, (_, index) => index),
  );
  for (let turn = 0; run.state.endedAt === null && turn < 20; turn++) run.tick();
  assert.equal(run.state.result?.output, 9_999);
});

for (const [what, value, onError] of [
  ["are computed", "{{ item }}", "fail"],
  ["fail", "no {{ item.name }}", "continue"],
] as const) {
  test(`a workflow that uses the sandbox elsewhere goes on after a thousand items that ${what}`, () => {
    const run = new PlayRun(
      `${head}
steps:
  each: {value: "${value}", strategy: {type: scatter, over: trigger.body, on_error: ${onError}}}
  last: {value: {expr: "return 1", lang: lua}, after: [each]}
`,
      Array.from({ length: 2_500 }, (_, index) => index),
    );
    assert.equal(run.state.steps[0]?.items?.next, 1_000);
    for (let turn = 0; run.statusOf("each") === "running" && turn < 5; turn++) {
      assert.ok(run.outstanding.some(({ type }) => type === "wake"));
      run.tick();
    }
    assert.equal(run.statusOf("each"), "succeeded");
    assert.deepEqual(
      run.outstanding.map(({ type }) => type),
      ["evaluate"],
    );
    run.compute({ "return 1": 1 });
    assert.equal(run.state.status, "completed");
  });
}

test("items of other languages that are computed begin a few at a time when their values are large", () => {
  const run = new PlayRun(
    `${head}
steps:
  each: {value: {expr: "return item", lang: lua}, strategy: {type: scatter, over: trigger.body}}
`,
    [1, 2, 3],
  );
  const large = "x".repeat(1_200_000);
  assert.deepEqual(run.compute({ "return item": large }), [
    "item.succeeded each[0]",
    "item.succeeded each[1]",
  ]);
  assert.deepEqual(run.needs, []);
  assert.deepEqual(run.tick(), ["item.succeeded each[2]", "step.succeeded each", "run.completed"]);
});

test("one decision evaluates so much and no more: further items begin in the next", () => {
  const list = Array.from({ length: 200_000 }, () => 0);
  const run = new PlayRun(
    `${head}
steps:
  each: {value: "{{ trigger.body.x == trigger.body.y }}", strategy: {type: scatter, over: trigger.body.n}}
output: "{{ steps.each.output }}"
`,
    { x: list, y: [...list], n: Array.from({ length: 30 }, (_, index) => index) },
  );
  const begun = () => run.state.steps[0]?.items?.next ?? 0;
  const turns = [begun()];
  while (run.state.endedAt === null && turns.length < 30) {
    const before = begun();
    run.tick();
    turns.push(begun() - before);
  }
  assert.ok(Math.max(...turns) <= 10, `a decision began ${Math.max(...turns)} items`);
  assert.deepEqual(
    run.state.result?.output,
    Array.from({ length: 30 }, () => true),
  );
});

test("each decision begins an item, however much one takes", () => {
  const list = Array.from({ length: 450_000 }, () => 0);
  const run = new PlayRun(
    `${head}
steps:
  one: {value: "{{ trigger.body.x == trigger.body.y }}", strategy: {type: scatter, over: [1, 2]}}
  two: {value: "{{ trigger.body.x == trigger.body.y }}", strategy: {type: scatter, over: [1, 2]}}
  six: {value: "{{ trigger.body.x == trigger.body.y }}", strategy: {type: scatter, over: [1, 2, 3, 4, 5, 6]}}
`,
    { x: list, y: [...list] },
  );
  for (let turn = 0; run.state.endedAt === null && turn < 10; turn++) run.tick();
  assert.equal(run.state.status, "completed");
});
