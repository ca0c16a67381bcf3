// Tests of reading JSON: what is bent by a double is kept or refused, wherever the number stands.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Json } from "./json.ts";
import { parseJson } from "./parse-json.ts";
import { stringifyJson } from "./stringify-json.ts";

function read(text: string): unknown {
  const parsed = parseJson(text, "ours");
  return parsed.ok ? parsed.value : parsed.code;
}

const long = 12345678901234567890n;

test("a long integer is kept wherever it stands", () => {
  assert.equal(read(`${long}`), long);
  assert.equal(read(`-${long}`), -long);
  assert.deepEqual(read(`[1,${long}]`), [1, long]);
  assert.deepEqual(read(`[ -${long} ]`), [-long]);
  assert.deepEqual(read(`{"a":${long}}`), { a: long });
  assert.deepEqual(read(`{"a":\n\t${long}}`), { a: long });
});

test("a whole number beyond 2^53 is a big integer however it is written", () => {
  for (const text of ["1e16", "1E+16", "10000000000000000", "10000000000000000.0", "0.1e17", "100000000e8"])
    assert.equal(read(text), 10n ** 16n, text);
  assert.equal(read("-1.0e+016"), -(10n ** 16n));
  assert.deepEqual(read('{"a": [12e020]}'), { a: [1.2e21] });
  assert.equal(read("1e15"), 1e15);
});

test("a number that was read is the same once it was written and read again", () => {
  const double = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true });
  const large = fc.double({ min: -1e23, max: -(2 ** 50), noNaN: true });
  const forms = [String, (one: number) => one.toExponential(), (one: number) => one.toFixed(1)];
  fc.assert(
    fc.property(fc.oneof(double, large), fc.constantFrom(...forms), (one, written) => {
      const first = read(`[${written(one)}]`);
      assert.deepEqual(read(stringifyJson(first as Json)), first);
    }),
    { numRuns: 500 },
  );
});

test("a number beyond a double is refused however it is written", () => {
  const digits = "9".repeat(310);
  for (const text of [
    "1e309",
    "-1E+309",
    "1.5e400",
    `${digits}`,
    `${digits}.5`,
    "1e0309",
    "[0,1e309]",
    '{"a":12.25E309}',
  ])
    assert.equal(read(text), "number_out_of_range", text);
  assert.equal(read("1e-400"), 0);
});

test("digits within strings are only text", () => {
  const texts = ["run_4e123f", "1234567890123456", ":1234567890123456789", "[1e309", "a, -1e999"];
  assert.deepEqual(read(JSON.stringify(texts)), texts);
});
