// Gates that are kept: those with nothing to remember are forgotten, and looking for them stays cheap when there are none.

import assert from "node:assert/strict";
import { test } from "node:test";
import { KeptGates } from "./kept-gates.ts";

test("what is idle is forgotten beyond a number, and what is not stays", () => {
  const kept = new KeptGates<number>(1_000, (value) => value % 10 > 0);
  for (let value = 0; value < 10_000; value++) kept.of(`${value}`, () => value);
  const values = new Set(kept.values());
  assert.ok(values.size < 2_500);
  for (let value = 0; value < 10_000; value += 10) assert.ok(values.has(value));
});

test("as long as nothing is idle, all are looked at a few times only", () => {
  let looks = 0;
  const kept = new KeptGates<number>(1_000, () => {
    looks++;
    return false;
  });
  for (let value = 0; value < 20_000; value++)
    assert.equal(
      kept.of(`${value}`, () => value),
      value,
    );
  assert.equal([...kept.values()].length, 20_000);
  assert.ok(looks < 60_000);
});

test("no more than so many are taken, until some of them are idle", () => {
  let idle = false;
  const kept = new KeptGates<number>(2, () => idle);
  for (let value = 0; value < 10; value++) {
    assert.equal(kept.takes(`${value}`, 10), true);
    kept.of(`${value}`, () => value);
  }
  for (let value = 0; value < 100; value++) assert.equal(kept.takes("more", 10), false);
  assert.equal(kept.takes("0", 10), true);
  idle = true;
  assert.ok(Array.from({ length: 20 }, () => kept.takes("more", 10)).includes(true));
});
