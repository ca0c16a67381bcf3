// Timestamps: what RFC 3339 allows, and days that there are.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInstant } from "./parse-instant.ts";

test("a timestamp is a moment, in any offset", () => {
  assert.equal(parseInstant("2028-02-29T00:00:00Z"), Date.UTC(2028, 1, 29));
  assert.equal(parseInstant("2027-03-01t00:30:00.5+01:00"), Date.UTC(2027, 1, 28, 23, 30, 0, 500));
  assert.equal(parseInstant("0050-12-31T23:59:59-23:59"), Date.parse("0051-01-01T23:58:59Z"));
});

test("a day or an hour that there is not is none", () => {
  for (const text of [
    "2027-02-29T00:00:00Z",
    "2027-02-30T00:00:00Z",
    "2027-04-31T12:00:00+02:00",
    "2027-13-01T00:00:00Z",
    "2027-01-00T00:00:00Z",
    "2027-01-01T24:00:00Z",
    "2027-01-01",
  ])
    assert.equal(parseInstant(text), null, text);
});
