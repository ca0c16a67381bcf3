// A decision evaluates so much and no more: what is left begins in the next, however the steps stand to each other.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";

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
