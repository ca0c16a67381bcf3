// Queries over values of ours: big integers, absent values, patterns, and the bound of work.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../../value/json.ts";
import { evaluateJsonPath } from "./evaluate-json-path.ts";
import { parseJsonPath } from "./parse-json-path.ts";

function value(text: string, root: Json): Json {
  const evaluated = evaluateJsonPath(text, root);
  assert.ok(evaluated.ok, evaluated.ok ? "" : evaluated.problem.message);
  return evaluated.value;
}

test("a singular query gives the value or null, any other a list", () => {
  assert.equal(value("$.a.b", { a: { b: 1 } }), 1);
  assert.equal(value("$.a.c", { a: { b: 1 } }), null);
  assert.equal(value("$.toString", {}), null);
  assert.deepEqual(value("$.a.*", { a: { b: 1 } }), [1]);
  assert.deepEqual(value("$.x[*]", {}), []);
});

test("integers beyond 2^53 are compared exactly", () => {
  const root = { list: [{ id: 9007199254740992n }, { id: 9007199254740993n }] };
  assert.deepEqual(value("$.list[?@.id == 9007199254740993]", root), [{ id: 9007199254740993n }]);
  assert.deepEqual(value("$.list[?@.id < 9007199254740993]", root), [{ id: 9007199254740992n }]);
});

test("texts are measured and ordered by code points", () => {
  assert.deepEqual(value("$[?length(@) == 1]", ["😀", "ab"]), ["😀"]);
  assert.deepEqual(value("$[?@ < '\uffff']", ["😀", "a"]), ["a"]);
});

test("patterns are those of RFC 9485", () => {
  const fits = (pattern: string, text: string) =>
    (value("$.texts[?match(@, $.pattern)]", { texts: [text], pattern }) as readonly Json[]).length === 1;
  const holding: readonly (readonly [string, string])[] = [
    ["a{2,3}", "aaa"],
    ["[a-c-]+", "a-c"],
    ["[^a-c]", "d"],
    ["\\p{Lu}\\P{Lu}", "Ab"],
    ["(a|b)*c", "ababc"],
    ["\\.\\-\\{", ".-{"],
    [".", "😀"],
    ["[-a]", "-"],
    ["[a\\]]", "]"],
    ["[\\p{N}x]", "5"],
    ["", ""],
  ];
  for (const [pattern, text] of holding) assert.ok(fits(pattern, text), `${pattern} does not match ${text}`);
  const none: readonly (readonly [string, string])[] = [
    [".", "\n"],
    [".", "\r"],
    ["\\d", "1"],
    ["a*?", "a"],
    ["(?:a)", "a"],
    ["a{1,2}{3}", "aaa"],
    ["[]", "]"],
    ["a**", "a"],
    ["(a", "a"],
    ["a)", "a"],
    ["\\p{Greek}", "α"],
    ["a", "ba"],
  ];
  for (const [pattern, text] of none) assert.ok(!fits(pattern, text), `${pattern} matches ${text}`);
  assert.deepEqual(value("$[?search(@, '[0-9]+')]", ["a1", "b"]), ["a1"]);
});

test("the work is bounded", () => {
  const root = { list: Array.from({ length: 3_000 }, (_, id) => ({ id })) };
  const evaluated = evaluateJsonPath("$..[?$..[?@ == @.x]]", root);
  assert.ok(!evaluated.ok && evaluated.problem.code === "jsonpath_error");
  assert.equal((value("$..id", root) as readonly Json[]).length, 3_000);
});

test("the members that length() counts are counted as work", () => {
  const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`key${n}`, n]));
  const evaluated = evaluateJsonPath("$.list[?length($.many) == 1]", {
    many,
    list: Array.from({ length: 6_000 }, (_, n) => n),
  });
  assert.ok(!evaluated.ok && evaluated.problem.code === "jsonpath_error");
  assert.equal(
    (value("$.list[?length($.many) == 2000]", { many, list: [1, 2] }) as readonly Json[]).length,
    2,
  );
});

test("a pattern that is too large is refused and does not match nothing", () => {
  const texts = ["a".repeat(1_500)];
  for (const pattern of ["a{1500}", "(a{30}){50}", "a{0,1001}"]) {
    const literal = parseJsonPath(`$.texts[?match(@, "${pattern}")]`);
    assert.ok(!literal.ok);
    assert.match(literal.error.message, /^a pattern has 2000 instructions at most/);
    assert.deepEqual([literal.error.at, literal.error.length], [19, pattern.length]);
    const computed = evaluateJsonPath("$.texts[?match(@, $.pattern)]", { texts, pattern });
    assert.ok(!computed.ok && computed.problem.message.startsWith("a pattern has"));
  }
  assert.deepEqual(value('$.texts[?match(@, "(a{30}){30}a+")]', { texts }), texts);
  assert.deepEqual(value('$.texts[?match(@, "a{2,1}")]', { texts }), []);
});
