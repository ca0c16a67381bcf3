// A decision evaluates so much and no more: what is left begins in the next, however the steps stand to each other.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";
import type { CommandBody } from "./command.ts";
import { decide } from "./decide.ts";
import { outstanding } from "./outstanding.ts";

/** Ninety thousand values, ten times. */
const same = Array.from({ length: 10 }, () => "trigger.body.x == trigger.body.y").join(" and ");
const list = Array.from({ length: 90_000 }, () => 0);
const body = { x: list, y: [...list] };

function play(steps: readonly string[]): PlayRun {
  return new PlayRun(
    `name: w\nversion: 1\ntriggers: [{type: http}]\nsteps:\n  ${steps.join("\n  ")}\n`,
    body,
  );
}

/** How many steps had begun after each decision, until the run does not go on of itself. */
function begun(run: PlayRun): readonly number[] {
  const counts = [run.workflow.steps.length - run.state.pendingCount];
  while (run.outstanding.some((effect) => effect.type === "wake" && effect.at <= run.now)) {
    assert.ok(counts.length < 20, "each decision begins something");
    run.tick();
    counts.push(run.workflow.steps.length - run.state.pendingCount);
  }
  return counts;
}

const five = Array.from({ length: 5 }, (_, index) => `s${index}: {value: "{{ ${same} }}"}`);

test("steps that are ready at once begin in several decisions", () => {
  const run = play(five);
  assert.deepEqual(begun(run), [3, 5]);
  assert.equal(run.state.status, "completed");
});

test("so do steps one behind the other, and conditions", () => {
  const chain = five.map((step, index) =>
    index === 0 ? step : step.replace('}}"', `}}", after: [s${index - 1}], when: "${same}"`),
  );
  const run = play(chain);
  assert.deepEqual(begun(run), [2, 4, 5]);
  assert.equal(run.state.status, "completed");
});

test("so do they where the sandbox is used beside them", () => {
  const run = play([...five, "lua: {value: {expr: return 1, lang: lua}}"]);
  assert.deepEqual(begun(run), [3, 5]);
  assert.deepEqual(run.needs, ["return 1"]);
  run.compute({ "return 1": 1 });
  assert.equal(run.state.status, "completed");
});

test("what is left begins after a pause, and not in it", () => {
  const run = play(five);
  run.give({ type: "pause" });
  assert.deepEqual(begun(run), [3]);
  run.give({ type: "resume" });
  assert.equal(run.state.status, "completed");
});

test("what is left does not begin when the run ends badly", () => {
  const run = play(five);
  run.cancel();
  assert.equal(run.state.status, "cancelled");
  assert.equal(run.statusOf("s4"), "cancelled");
});

const request = (path: string) => `request: {method: POST, url: "https://a.example/${path}"}`;

/** Answers the five items of `a`, and has the run end badly. */
function endsBadly(more: readonly string[]): PlayRun {
  const run = play([
    `a: {${request("x")}, strategy: {type: scatter, over: [1, 2, 3, 4, 5]}, compensate: {${request(`{{ ${same} }}`)}}}`,
    `bad: {${request("y")}, after: [a]}`,
    ...more,
  ]);
  for (let item = 0; item < 5; item++) run.answer(`a[${item}]`, 200);
  run.answer("bad", 400);
  return run;
}

/** How many calls are under way after each decision, until the run does not go on of itself. */
function called(run: PlayRun): readonly number[] {
  const counts = [run.calls.length];
  while (run.outstanding.some((effect) => effect.type === "wake" && effect.at <= run.now)) {
    assert.ok(counts.length < 20, "each decision undoes something");
    run.tick();
    counts.push(run.calls.length);
  }
  return counts;
}

test("items are undone in several decisions", () => {
  const run = endsBadly([]);
  assert.deepEqual(called(run), [3, 5]);
  for (let item = 0; item < 5; item++) run.answer(`a[${item}]`, item === 0 ? 400 : 200);
  assert.equal(run.state.compensation, "partial");
  run.give({ type: "compensate", again: true });
  run.answer("a[0]", 200);
  assert.equal(run.state.compensation, "complete");
  assert.deepEqual(run.outstanding, []);
});

test("so are they where the sandbox is used beside them", () => {
  const run = endsBadly(["lua: {value: {expr: return 1, lang: lua}}"]);
  assert.deepEqual(called(run), [3, 5]);
});

test("items whose compensation cannot be made are recorded in several decisions", () => {
  const count = 1_200;
  const list = `[${Array.from({ length: count }, (_, item) => item).join()}]`;
  const run = play([
    `a: {${request("x")}, strategy: {type: scatter, over: ${list}}, compensate: {${request("{{ steps.a.response.body.id }}")}}}`,
    `bad: {${request("y")}, after: [a]}`,
  ]);
  let { state } = run;
  const give = (command: CommandBody) => {
    const decision = decide(run.workflow, state, { now: run.now, ...command });
    assert.ok(decision.type === "accepted");
    ({ state } = decision);
    return decision.events.length;
  };
  const answer = (step: number, item: number | null, status: number) => {
    const outcome = { type: "answer", answer: { status, headers: {}, body: {} }, problem: null } as const;
    return give({ type: "end_attempt", step, item, attempt: 1, poll: 0, outcome });
  };
  for (let item = 0; item < count; item++) answer(0, item, 200);
  const events = [answer(1, null, 400)];
  while (state.endedAt === null) {
    assert.ok(outstanding(run.workflow, state).some((effect) => effect.type === "wake"));
    events.push(give({ type: "tick" }));
  }
  assert.ok(events.length > 1 && events.every((most) => most <= 1_001), events.join());
  assert.equal(state.compensation, "partial");
});
