// A graph of 250 steps is laid out: everything in its place, nothing on top of something else. Prints how long it took.

import assert from "node:assert/strict";
import { test } from "node:test";
import { layoutGraph, nodeHeight, nodeWidth } from "./layout-graph.ts";

test("250 steps in 25 ranks", () => {
  const steps = Array.from({ length: 250 }, (_, number) => ({
    id: `s${number}`,
    after:
      number < 10 ? [] : [`s${number - 10}`, ...(number % 3 === 0 ? [`s${number - (number % 10) - 1}`] : [])],
  }));
  layoutGraph(steps.slice(0, 20));
  const begun = performance.now();
  const placed = layoutGraph(steps);
  console.log(`250 steps are laid out in ${Math.round(performance.now() - begun)} ms`);
  assert.equal(placed.length, 250);
  const at = new Map(placed.map((node) => [node.id, node]));
  for (const { id, after } of steps) {
    for (const parent of after)
      assert.ok((at.get(parent)?.x ?? 0) + nodeWidth < (at.get(id)?.x ?? 0), `${parent} before ${id}`);
  }
  for (const [index, a] of placed.entries()) {
    for (const b of placed.slice(index + 1)) {
      assert.ok(
        Math.abs(a.x - b.x) >= nodeWidth || Math.abs(a.y - b.y) >= nodeHeight,
        `${a.id} lies on ${b.id}`,
      );
    }
  }
});
