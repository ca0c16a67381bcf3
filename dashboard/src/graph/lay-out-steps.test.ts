// The layout of a graph: order, distance, and where lines begin and end.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cardMeasures, layOutSteps } from "./lay-out-steps.ts";

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

test("steps that nothing joins stand in rows", () => {
  const { steps, width, height } = layOutSteps(
    Array.from({ length: 20 }, (_, number) => ({ id: `s${number}`, after: [] })),
  );
  assert.equal(new Set(steps.map(({ x, y }) => `${x} ${y}`)).size, 20);
  assert.ok(width < 2 * height && height < 2 * width, `${width} by ${height}`);
});

test("250 steps in 25 rows: each below those it comes after, and none over another; prints how long it took", () => {
  const steps = Array.from({ length: 250 }, (_, number) => ({
    id: `s${number}`,
    after:
      number < 10 ? [] : [`s${number - 10}`, ...(number % 3 === 0 ? [`s${number - (number % 10) - 1}`] : [])],
    height: number % 50 === 7 ? 252 : undefined,
  }));
  layOutSteps(steps.slice(0, 20));
  const begun = performance.now();
  const { steps: placed } = layOutSteps(steps);
  console.log(`250 steps are laid out in ${Math.round(performance.now() - begun)} ms`);
  const at = new Map(placed.map((step) => [step.id, step]));
  for (const { id, after } of steps) {
    for (const before of after) {
      const above = at.get(before);
      assert.ok((above?.y ?? 0) + (above?.height ?? 0) < (at.get(id)?.y ?? 0), `${before} above ${id}`);
    }
  }
  for (const [index, a] of placed.entries()) {
    for (const b of placed.slice(index + 1)) {
      const beside = a.x + a.width <= b.x || b.x + b.width <= a.x;
      assert.ok(beside || a.y + a.height <= b.y || b.y + b.height <= a.y, `${a.id} lies on ${b.id}`);
    }
  }
});

test("steps of a row begin at the same height, though one of them is opened", () => {
  const { steps } = layOutSteps(
    diamond.map((step) => (step.id === "left" ? { ...step, height: 200 } : step)),
  );
  const [, left, right, last] = steps;
  assert.equal(left?.y, right?.y);
  assert.ok((last?.y ?? 0) >= (left?.y ?? 0) + 200 + cardMeasures.rowGap);
});

test("a line that passes rows lies over none of their steps, and within the graph", () => {
  const {
    steps,
    lines,
    width: wide,
  } = layOutSteps([
    { id: "validate", after: [] },
    { id: "check", after: ["validate"] },
    { id: "price", after: ["validate"] },
    { id: "reserve", after: ["validate"], height: 252 },
    { id: "charge", after: ["check", "price", "reserve"] },
    { id: "approve", after: ["price"] },
    { id: "mail", after: ["charge", "validate"] },
    { id: "pack", after: ["charge", "approve"] },
    { id: "ship", after: ["pack"] },
    { id: "audit", after: ["validate", "ship", "mail"] },
  ]);
  assert.ok(lines.every(({ points }) => points.every(({ x }) => x >= 0 && x <= wide)));
  for (const { from, to, points } of lines) {
    for (const [index, point] of points.entries()) {
      const next = points[index + 1];
      if (next === undefined) continue;
      for (const { id, x, y, width, height } of steps) {
        // Between rows a curve stays between; through a row it goes straight down.
        const inRow = Math.min(next.y, y + height) - Math.max(point.y, y) > 0.5;
        const beside = point.x === next.x && (point.x <= x || point.x >= x + width);
        assert.ok(id === from || id === to || !inRow || beside, `${from} to ${to} lies over ${id}`);
      }
    }
  }
});
