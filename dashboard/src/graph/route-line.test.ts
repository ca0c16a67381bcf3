// The way of a line through rows, and its path.

import assert from "node:assert/strict";
import { test } from "node:test";
import { linePath, routeLine } from "./route-line.ts";

test("between neighbours it is one curve, or straight", () => {
  const row = { top: 0, bottom: 50 };
  const aside = routeLine({ from: { x: 10, y: 50 }, row, to: { x: 30, y: 90 } }, []);
  assert.equal(linePath(aside), "M10 50 C10 70 30 70 30 90");
  assert.equal(linePath(routeLine({ from: { x: 10, y: 50 }, row, to: { x: 10, y: 90 } }, [])), "M10 50 V90");
  assert.equal(linePath([]), "");
});

test("beside a higher step, and through rows that it passes, it goes straight down", () => {
  const ends = { from: { x: 10, y: 50 }, row: { top: 0, bottom: 200 }, to: { x: 30, y: 400 } };
  const points = routeLine(ends, [{ x: 20, top: 240, bottom: 360 }]);
  assert.equal(linePath(points), "M10 50 V200 C10 220 20 220 20 240 V360 C20 380 30 380 30 400");
});
