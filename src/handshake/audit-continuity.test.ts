// A device notices that a log which it has seen was cut off, or is another.

import assert from "node:assert/strict";
import { test } from "node:test";
import { continuityOf } from "./audit-continuity.ts";
import type { AuditHead } from "./confirmation.ts";

const headOf = (seq: number, fill = seq): AuditHead => ({ seq, mac: new Uint8Array(32).fill(fill) });
const known = headOf(5);

test("a log that stands still or has grown", () => {
  assert.equal(continuityOf(known, headOf(5), headOf(5)), "same");
  assert.equal(continuityOf(known, headOf(9), headOf(5)), "grown");
  assert.equal(continuityOf(headOf(0), headOf(0), headOf(0)), "same");
  assert.equal(continuityOf(headOf(0), headOf(3), headOf(0)), "grown");
});

test("a tail that was cut off, whatever is answered", () => {
  for (let seq = 0; seq < 5; seq++) {
    assert.equal(continuityOf(known, headOf(seq), null), "cut");
    assert.equal(continuityOf(known, headOf(seq), headOf(5)), "cut");
  }
  assert.equal(continuityOf(known, headOf(9), null), "cut");
});

test("a tail that was cut off and grew again, and every altered byte of the code", () => {
  assert.equal(continuityOf(known, headOf(5, 6), headOf(5, 6)), "forked");
  assert.equal(continuityOf(known, headOf(9), headOf(4)), "forked");
  for (let byte = 0; byte < 32; byte++) {
    const mac = known.mac.slice();
    mac[byte] = 255;
    assert.equal(continuityOf(known, headOf(9), { seq: 5, mac }), "forked");
  }
  assert.equal(continuityOf(known, headOf(9), { seq: 5, mac: new Uint8Array(0) }), "forked");
});
