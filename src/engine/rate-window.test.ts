// What a rate counts: the same as if every call were kept by itself, also those that nobody knows of after a start.

import assert from "node:assert/strict";
import { test } from "node:test";
import { RateWindow } from "./rate-window.ts";

test("after a start calls are counted as if so many had come evenly spaced, then those that began", () => {
  for (const rate of [
    { calls: 1, perMs: 10 },
    { calls: 3, perMs: 100 },
    { calls: 7, perMs: 50 },
  ]) {
    const window = RateWindow.evenlySpaced(rate, 1_000);
    let begun = Array.from({ length: rate.calls }, (_, index) =>
      Math.ceil(1_000 - rate.perMs + ((index + 1) * rate.perMs) / rate.calls),
    );
    for (let now = 1_000; now < 1_400; now++) {
      begun = begun.filter((at) => at + rate.perMs > now);
      const left = rate.calls - begun.length;
      assert.equal(window.left(now), left, `${rate.calls} at ${now}`);
      assert.equal(window.freeAt(now), left > 0 ? 0 : (begun[0] ?? 0) + rate.perMs);
      if (left === 0 || now % 3 > 0) continue;
      window.come();
      window.begin(now);
      begun.push(now);
    }
    assert.equal(window.isEmpty(1_400 + rate.perMs), true);
  }
});

test("as long as those that are about to begin fill the rate, no time is known; one that gives up makes room", () => {
  const window = new RateWindow({ calls: 2, perMs: 10 });
  window.come();
  window.come();
  assert.equal(window.freeAt(5), Infinity);
  window.begin(5);
  assert.equal(window.freeAt(5), 15);
  window.giveUp();
  assert.equal(window.freeAt(6), 0);
  assert.equal(window.left(6), 1);
});
