// Where the arrow keys go in a graph: along the lines, within a row, and through what is opened.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Direction, directionOf, nextStop, type OpenedParts, stopKey } from "./graph-stop.ts";
import { layOutSteps } from "./lay-out-steps.ts";

const layout = layOutSteps([
  { id: "first", after: [] },
  { id: "left", after: ["first"] },
  { id: "right", after: ["first"] },
  { id: "last", after: ["left", "right"] },
  { id: "alone", after: ["right"] },
]);
const closed: OpenedParts = new Map();
const opened: OpenedParts = new Map([["right", [0, 1, "more"]]]);

function walk(
  from: string,
  directions: readonly Direction[],
  parts: OpenedParts,
): readonly (string | null)[] {
  let at = { step: from, part: null } as Parameters<typeof nextStop>[2];
  return directions.map((direction) => {
    const next = nextStop(layout, parts, at, direction);
    if (next !== null) at = next;
    return next === null ? null : stopKey(next);
  });
}

test("down and up go along the lines, to the nearest; beyond the ends there is nothing", () => {
  const [left, right] = [layout.steps[1], layout.steps[2]];
  assert.ok(left !== undefined && right !== undefined);
  const [near, far] = left.x < right.x ? (["left", "right"] as const) : (["right", "left"] as const);
  assert.deepEqual(walk(near, ["right", "left", "left"], closed), [far, near, null]);
  assert.deepEqual(walk("left", ["down", "up", "up", "up"], closed), ["last", "left", "first", null]);
  assert.deepEqual(walk("last", ["down"], closed), [null]);
  assert.deepEqual(walk("right", ["first", "last"], closed), ["first", "alone"]);
});

test("an opened step is gone through from above to below, and left from its last part", () => {
  const down = walk("right", ["down", "down", "down", "down"], opened);
  assert.deepEqual(down.slice(0, 3), ["right[0]", "right[1]", "right[more]"]);
  assert.ok(down[3] === "last" || down[3] === "alone");
  assert.deepEqual(walk("alone", ["up", "up", "up", "up", "up"], opened), [
    "right[more]",
    "right[1]",
    "right[0]",
    "right",
    "first",
  ]);
});

test("other keys have no direction", () => {
  assert.equal(directionOf("ArrowDown"), "down");
  assert.equal(directionOf("Enter"), null);
  assert.equal(directionOf("toString"), null);
});
