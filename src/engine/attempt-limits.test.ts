// Attempts: so many at once, one more each so often, each name for itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AttemptLimits } from "./attempt-limits.ts";

const refused = { code: "too_many_attempts" };

test("a burst is let in, then one each interval", () => {
  const limits = new AttemptLimits({ burst: 3, refillMs: 1_000 });
  for (let count = 0; count < 3; count++) {
    limits.use("a", 0);
  }
  assert.throws(() => limits.check("a", 999), refused);
  limits.check("b", 999);
  limits.use("a", 1_000);
  assert.throws(() => limits.check("a", 1_000), refused);
  limits.check("a", 60_000);
});

test("it says how many seconds to wait, and more attempts do not make it longer", () => {
  const limits = new AttemptLimits({ burst: 2, refillMs: 30_000 });
  for (let count = 0; count < 2; count++) limits.use("a", 0);
  for (let count = 0; count < 48; count++) assert.throws(() => limits.use("a", 0), refused);
  const secondsAt = (now: number): unknown => {
    try {
      limits.check("a", now);
      return 0;
    } catch (error) {
      return (error as { extra: Record<string, unknown> }).extra["retry_after"];
    }
  };
  assert.deepEqual([0, 10_000, 29_900, 30_000].map(secondsAt), [30, 20, 1, 0]);
});

test("however many names there are, the one that is refused stays so", () => {
  const limits = new AttemptLimits({ burst: 1, refillMs: 1_000_000 });
  for (let count = 0; count < 9_000; count++) limits.use(`early ${count}`, 0);
  limits.use("a", 1);
  for (let count = 0; count < 9_000; count++) limits.use(`late ${count}`, 2);
  assert.throws(() => limits.check("a", 3), refused);
});
