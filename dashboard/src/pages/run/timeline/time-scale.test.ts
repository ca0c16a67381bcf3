// Where moments stand: in proportion, and with idle time folded only when it is most of the time.

import assert from "node:assert/strict";
import { test } from "node:test";
import { timeScale } from "./time-scale.ts";
import { timeTicks } from "./time-ticks.ts";

test("with little idle time every moment stands in proportion", () => {
  const scale = timeScale({ from: 100, to: 200 }, [
    { from: 100, to: 130 },
    { from: 180, to: 200 },
  ]);
  assert.deepEqual(scale.folds, []);
  assert.deepEqual([50, 100, 125, 200, 300].map(scale.at), [0, 0, 0.25, 1, 1]);
});

test("six hours between two calls are folded, and both calls are wide", () => {
  const hours = 6 * 3_600_000;
  const scale = timeScale({ from: 0, to: hours + 300 }, [
    { from: 0, to: 100 },
    { from: hours + 100, to: hours + 300 },
  ]);
  assert.equal(scale.folds.length, 1);
  const [fold] = scale.folds;
  assert.ok(fold !== undefined && fold.right - fold.left < 0.1);
  assert.ok(scale.at(100) > 0.25 && 1 - scale.at(hours + 100) > 0.55);
});

test("a scale never goes back, folds or not", () => {
  for (let seed = 1; seed <= 200; seed++) {
    let random = seed;
    const next = (below: number) => {
      random = (random * 48_271) % 2_147_483_647;
      return random % below;
    };
    const busy = Array.from({ length: next(9) }, () => {
      const from = next(1_000_000);
      return { from, to: from + next(next(2) === 0 ? 40 : 90_000) };
    });
    const scale = timeScale({ from: 0, to: 1_000_000 }, busy);
    let before = 0;
    for (let moment = 0; moment <= 1_000_000; moment += 997) {
      const place = scale.at(moment);
      assert.ok(place >= before - 1e-9 && place <= 1, `seed ${seed} at ${moment}`);
      before = place;
    }
    const ticks = timeTicks(scale);
    for (const [index, tick] of ticks.entries()) {
      assert.ok(index === 0 || tick.place - (ticks[index - 1]?.place ?? 0) >= 0.1, `ticks of seed ${seed}`);
    }
  }
});

test("a run that only waited, and one that took no time, have a scale", () => {
  assert.ok(timeScale({ from: 0, to: 3_600_000 }, []).at(1_800_000) > 0);
  assert.equal(timeScale({ from: 5, to: 5 }, []).at(5), 0);
});
