// The clock under a wall clock that is set back and forward.

import assert from "node:assert/strict";
import { test } from "node:test";
import { SystemClock } from "./system-clock.ts";

class Times {
  wallMs = 1_000_000;
  steadyMs = 5.5;
  readonly source = { wall: () => this.wallMs, steady: () => this.steadyMs };

  pass(ms: number): void {
    this.wallMs += ms;
    this.steadyMs += ms;
  }
}

test("a wall clock that is set back neither turns time back nor stops it", () => {
  const times = new Times();
  const clock = new SystemClock(times.source);
  assert.equal(clock.now(), 1_000_000);
  times.wallMs -= 3_600_000;
  times.pass(100);
  assert.equal(clock.now(), 1_000_100);
  times.pass(100);
  assert.equal(clock.now(), 1_000_200);
});

test("a wall clock that is set forward is followed", () => {
  const times = new Times();
  const clock = new SystemClock(times.source);
  times.wallMs += 3_600_000;
  times.pass(1);
  assert.equal(clock.now(), 4_600_001);
});

test("a timer is never early, a past one comes soon but not within the call, and one may be dropped", async () => {
  const clock = new SystemClock();
  const at = clock.now() + 20;
  await new Promise<void>((resolve) => clock.wakeAt(at, resolve));
  assert.ok(clock.now() >= at);
  let within = true;
  await new Promise<void>((resolve) => {
    clock.wakeAt(0, () => {
      assert.equal(within, false);
      resolve();
    });
    within = false;
  });
  const drop = clock.wakeAt(clock.now() + 5, () => assert.fail("it was dropped"));
  drop();
  await new Promise((resolve) => setTimeout(resolve, 20));
});

test("a timer beyond the longest delay of setTimeout does not fire at once", async () => {
  const clock = new SystemClock();
  const drop = clock.wakeAt(clock.now() + 2 ** 40, () => assert.fail("it is decades away"));
  await new Promise((resolve) => setTimeout(resolve, 10));
  drop();
});
