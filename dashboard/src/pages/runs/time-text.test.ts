// Times of the address and of the fields are the same times, in whichever zone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { boundsProblem, fieldOf, timeOf } from "./time-text.ts";

test("a time is the same in the field and in the address", () => {
  assert.equal(fieldOf("2026-01-31T12:00:30Z", "utc"), "2026-01-31T12:00");
  assert.equal(fieldOf("2026-01-31", "utc"), "2026-01-31T00:00");
  assert.equal(timeOf("2026-01-31T12:00", "utc"), "2026-01-31T12:00Z");
  for (const zone of ["utc", "local"] as const) {
    for (const at of ["2026-01-31T12:00Z", "2026-07-01T00:30Z"]) {
      assert.equal(timeOf(fieldOf(at, zone), zone), at);
    }
  }
});

test("what is no time is none", () => {
  for (const zone of ["utc", "local"] as const) {
    assert.equal(fieldOf("yesterday", zone), "");
    assert.equal(fieldOf(undefined, zone), "");
    assert.equal(timeOf("", zone), "");
  }
});

test("what ends before it begins is told", () => {
  assert.equal(boundsProblem("2026-01-31T12:00Z", ""), null);
  assert.equal(boundsProblem("2026-01-31T12:00Z", "2026-01-31T12:01Z"), null);
  assert.match(boundsProblem("2026-01-31T12:00Z", "2026-01-31T12:00Z") ?? "", /ends before/);
});
