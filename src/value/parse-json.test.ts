// Tests of reading JSON: what is bent by a double is kept or refused, wherever the number stands.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson } from "./parse-json.ts";

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
