// JSON that is typed: read exactly, and its mistakes told with their places.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readJson } from "./read-json.ts";

function faultOf(text: string) {
  const read = readJson(text);
  assert.ok(!read.ok, text);
  return read.fault;
}

test("integers keep their digits", () => {
  const read = readJson('{"n": 9007199254740993, "small": 7, "list": [-12345678901234567890]}');
  assert.deepEqual(read, {
    ok: true,
    value: { n: 9007199254740993n, small: 7, list: [-12345678901234567890n] },
  });
});

test("a whole number beyond 2^53 is an integer however it is written", () => {
  assert.deepEqual(readJson("[1e16, 1e300]"), { ok: true, value: [10n ** 16n, 1e300] });
});

test("a mistake is told with its line and column", () => {
  for (const [text, line, column] of [
    ["", 1, 1],
    ['{\n  "a": 1,\n  b: 2\n}', 3, 3],
    ['{"a": 1', 1, 8],
    ['["a" "b"]', 1, 6],
    ["{'a': 1}", 1, 2],
    ["[1, 2,\n]", 1, 6],
    ["[01]", 1, 2],
    ["[1] 2", 1, 5],
  ] as const) {
    const fault = faultOf(text);
    assert.deepEqual([fault.line, fault.column], [line, column], `${text}: ${fault.message}`);
  }
});

test("what is refused as a whole has no place", () => {
  assert.deepEqual(faultOf('{"__proto__": 1}').line, null);
  assert.match(faultOf("[1e999]").message, /beyond a double/);
});
