// Timers of an engine: in the order of their times, and none after the end.

import assert from "node:assert/strict";
import test from "node:test";
import { Timers } from "./timers.ts";

/** A clock of which the wakes that wait can be counted. */
function clockAt(nowMs: number) {
  const waiting = new Set<() => void>();
  const wakeAt = (_at: number, wake: () => void) => {
    waiting.add(wake);
    return () => void waiting.delete(wake);
  };
  return { waiting, now: () => nowMs, wakeAt };
}

test("what goes on after the end cannot set a timer that keeps the process alive", () => {
  const clock = clockAt(1_000);
  const timers = new Timers(clock);
  timers.set(2_000, () => assert.fail("it was dropped"));
  timers.close();
  const late = timers.set(1_000, () => assert.fail("it was never set"));
  assert.equal(clock.waiting.size, 0);
  timers.cancel(late);
});
