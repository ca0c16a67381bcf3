// Long computations go on by turns, and nothing else waits for the whole of one.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "../ports/clock.ts";
import type { TenantId } from "../value/id.ts";
import { Slices, type Work } from "./slices.ts";

const [first, second] = ["ten_first", "ten_second"] as unknown as readonly [TenantId, TenantId];

/** Time stands still; each wake-up is a turn of the loop. */
function turnedClock() {
  const wakes: (() => void)[] = [];
  const clock: Clock = {
    now: () => 0,
    wakeAt(_at, wake) {
      wakes.push(wake);
      return () => undefined;
    },
  };
  const turn = () => {
    assert.ok(wakes.length <= 1, "one slice a turn");
    const wake = wakes.shift();
    wake?.();
    return wake !== undefined;
  };
  return { clock, turn };
}

function* counting(name: string, yields: number, log: string[]): Work<string> {
  for (let count = 0; count < yields; count++) {
    if (log.at(-1) !== name) log.push(name);
    yield;
  }
  return name;
}

test("tenants take turns, slice by slice, and one tenant's computations go one after the other", async () => {
  const { clock, turn } = turnedClock();
  const slices = new Slices(clock);
  const log: string[] = [];
  const asked = [
    slices.do(first, counting("a", 300, log)),
    slices.do(first, counting("b", 300, log)),
    slices.do(second, counting("c", 150, log)),
  ];
  assert.deepEqual(log, [], "nothing is begun at once");
  let turns = 0;
  while (turn()) turns++;
  assert.deepEqual(await Promise.all(asked), ["a", "b", "c"]);
  assert.deepEqual(log, ["a", "c", "a", "c", "a", "c", "a", "b"]);
  assert.ok(turns >= 12, `${turns} turns for 750 yields`);
});

test("what throws is told to who asked, what is not wanted is given up, and the next goes on", async () => {
  const { clock, turn } = turnedClock();
  const slices = new Slices(clock);
  const log: string[] = [];
  // biome-ignore lint/correctness/useYield: it throws before
  const failing = (function* (): Work<never> {
    throw new Error("it failed");
  })();
  let wanted = true;
  const failed = assert.rejects(slices.do(first, failing), /it failed/);
  void slices.do(first, counting("unwanted", 1_000, log), () => wanted);
  const last = slices.do(first, counting("last", 1, log));
  turn();
  turn();
  wanted = false;
  while (turn());
  await failed;
  assert.equal(await last, "last");
  assert.deepEqual(log, ["unwanted", "last"]);
});
