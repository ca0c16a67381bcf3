// The layout of a graph: order, distance, and where lines begin and end.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cardMeasures, layOutSteps, linePath } from "./lay-out-steps.ts";

const diamond = [
  { id: "first", after: [] },
  { id: "left", after: ["first"] },
  { id: "right", after: ["first"] },
  { id: "last", after: ["left", "right"] },
];

test("a step stands below those it comes after, and none lies over another", () => {
  const { steps, lines, width, height } = layOutSteps(diamond);
  const at = new Map(steps.map((step) => [step.id, step]));
  for (const { id, after } of diamond) {
    for (const before of after) {
      const gap = (at.get(id)?.y ?? 0) - (at.get(before)?.y ?? 0);
      assert.ok(gap >= cardMeasures.height + cardMeasures.rowGap, `${id} is below ${before}`);
    }
  }
  const [left, right] = [at.get("left"), at.get("right")];
  assert.equal(left?.y, right?.y);
  assert.ok(Math.abs((left?.x ?? 0) - (right?.x ?? 0)) >= cardMeasures.width + cardMeasures.gap);
  assert.equal(lines.length, 4);
  for (const { x, y } of steps) {
    assert.ok(x >= 0 && y >= 0 && x + cardMeasures.width <= width && y + cardMeasures.height <= height);
  }
});

test("lines go from the foot of a step to the head of the next", () => {
  const { steps, lines } = layOutSteps(diamond);
  const at = new Map(steps.map((step) => [step.id, step]));
  for (const { from, to, points } of lines) {
    assert.equal(Math.round(points[0]?.y ?? -1), Math.round((at.get(from)?.y ?? 0) + cardMeasures.height));
    assert.equal(Math.round(points.at(-1)?.y ?? -1), Math.round(at.get(to)?.y ?? 0));
  }
});

test("the same steps are laid out alike; one without neighbours and none at all are laid out too", () => {
  assert.deepEqual(layOutSteps(diamond), layOutSteps(diamond));
  assert.equal(layOutSteps([{ id: "alone", after: ["gone"] }]).lines.length, 0);
  assert.deepEqual(layOutSteps([]).steps, []);
});

test("256 steps are laid out", () => {
  const chain = Array.from({ length: 256 }, (_, number) => ({
    id: `s${number}`,
    after: number === 0 ? [] : [`s${Math.floor((number - 1) / 3)}`],
  }));
  const { steps, lines } = layOutSteps(chain);
  assert.equal(steps.length, 256);
  assert.equal(lines.length, 255);
});

test("a line begins and ends where its points do", () => {
  assert.equal(
    linePath([
      { x: 1, y: 2 },
      { x: 3, y: 4 },
    ]),
    "M1 2 L3 4",
  );
  const bent = linePath([
    { x: 0, y: 0 },
    { x: 0, y: 10 },
    { x: 8, y: 20 },
    { x: 8, y: 30 },
  ]);
  assert.equal(bent, "M0 0 Q0 10 4 15 Q8 20 8 30");
});
