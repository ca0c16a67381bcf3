// What is to be drawn is drawn once: with the frame, or without it where the page was hidden before it came.

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawSoon } from "./draw-soon.ts";

test("a page draws with its frame, and a hidden one without, also when it was hidden while the frame was awaited", ({
  mock,
}) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const frames: (() => void)[] = [];
  const document = { hidden: false };
  Object.assign(globalThis, { document, requestAnimationFrame: (frame: () => void) => frames.push(frame) });
  let drawn = 0;
  const draw = () => drawn++;
  drawSoon(draw);
  frames.pop()?.();
  mock.timers.tick(1_000);
  assert.equal(drawn, 1);
  drawSoon(draw);
  document.hidden = true;
  mock.timers.tick(1_000);
  assert.equal(drawn, 2);
  frames.pop()?.();
  assert.equal(drawn, 2, "the frame comes when the page is seen again");
  drawSoon(draw);
  assert.equal(frames.length, 0);
  mock.timers.tick(1_000);
  assert.equal(drawn, 3);
});
