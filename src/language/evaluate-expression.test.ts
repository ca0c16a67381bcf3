// The path language, case by case: what each expression gives over one context.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../value/json.ts";
import { evaluateExpression } from "./evaluate-expression.ts";
import type { Scope } from "./expression.ts";
import { parseExpressionText } from "./template/parse-expression-text.ts";

const body: Json = {
  id: "o-1",
  amount: 12.5,
  count: 3,
  big: 12345678901234567890n,
  zero: 0,
  empty: "",
  yes: true,
  no: false,
  nothing: null,
  tags: ["red", "green", null, 3],
  none: [],
  items: [
    { sku: "a", n: 1 },
    { sku: "b", n: 2 },
  ],
  "odd key": { "a.b": 1 },
  in: "keyword",
  and: { or: { not: "deep" } },
  "x-y": "hyphen",
  null: "null key",
  emoji: "\u{1F600}",
};
const scope: Scope = {
  root: (name) => (name === "trigger" ? { body } : name === "run" ? { id: "run_1" } : undefined),
  step: (id) =>
    id === "a" ? { status: "succeeded", output: { list: [1, 2, 3] } } : id === "b-c" ? null : undefined,
};

const failed = Symbol("fails");
type Case =
  | readonly [source: string, value: Json]
  | readonly [source: string, value: typeof failed, code: string];

function check(cases: readonly Case[]): void {
  for (const [source, expected, code] of cases) {
    const parsed = parseExpressionText(source);
    assert.ok(parsed.ok, `${source}: ${parsed.ok ? "" : parsed.error.message}`);
    const result = evaluateExpression(parsed.expression, scope);
    if (expected === failed) assert.equal(result.ok ? "no problem" : result.problem.code, code, source);
    else assert.deepEqual(result, { ok: true, value: expected }, source);
  }
}

test("literals", () => {
  check([
    ["null", null],
    ["true", true],
    ["false", false],
    ["0", 0],
    ["-1.5", -1.5],
    ["1e3", 1000],
    ["1.5E-2", 0.015],
    ["-0", -0],
    ["12345678901234567890", 12345678901234567890n],
    ["-12345678901234567890", -12345678901234567890n],
    ["9007199254740991", 9007199254740991],
    ["1e16", 10n ** 16n],
    ["1e21", 1e21],
    ['"text"', "text"],
    ["'text'", "text"],
    ['"it\'s"', "it's"],
    ["'say \"x\"'", 'say "x"'],
    ["'it\\'s'", "it's"],
    ['"\\u00e9\\n\\t\\\\\\/"', "é\n\t\\/"],
    ['"{{"', "{{"],
    ['"}}"', "}}"],
    ['""', ""],
    ['"\\ud83d\\ude00"', "\u{1F600}"],
    ["[]", []],
    ["[1, 'a', [null]]", [1, "a", [null]]],
    ["[ trigger.body.count , true ]", [3, true]],
    ["  1  ", 1],
    ["\n1\n", 1],
  ]);
});

test("members", () => {
  check([
    ["trigger.body.id", "o-1"],
    ['trigger["body"]["id"]', "o-1"],
    ["trigger.body.missing", null],
    ["trigger.body.missing.deeper[0].x", null],
    ["trigger.body.id.length", null],
    ["trigger.body.tags.length", null],
    ["trigger.body.tags[0]", "red"],
    ["trigger.body.tags[-1]", 3],
    ["trigger.body.tags[-4]", "red"],
    ["trigger.body.tags[-5]", null],
    ["trigger.body.tags[4]", null],
    ["trigger.body.tags[ 1 ]", "green"],
    ["trigger.body.items[1].sku", "b"],
    ["trigger.body.items[trigger.body.zero].sku", "a"],
    ["trigger.body.items[-1].n", 2],
    ['trigger.body["odd key"]["a.b"]', 1],
    ["trigger.body.in", "keyword"],
    ["trigger.body.and.or.not", "deep"],
    ["trigger.body.null", "null key"],
    ["trigger.body.x-y", "hyphen"],
    ["trigger.body['x-y']", "hyphen"],
    ["trigger.body[trigger.body.nothing]", null],
    ["trigger.body.tags['0']", null],
    ["trigger.body[0]", null],
    ["trigger.body.id[0]", null],
    ["trigger.body.tags[12345678901234567890]", null],
    ["trigger.body.tags[trigger.body.big]", null],
    ["trigger.body.constructor", null],
    ["trigger.body.__proto__", null],
    ["trigger.body.toString", null],
    ["trigger.body.tags.constructor", null],
    ["steps.a.output.list[2]", 3],
    ["steps.b-c.output", null],
    ['steps["b-c"].status', null],
    ["steps['a'].status", "succeeded"],
    ["run.id", "run_1"],
    ["[1, 2, 3][1]", 2],
    ["'text'.x", null],
    ["(trigger.body).count", 3],
    ["trigger . body . count", 3],
    ["trigger.body.tags[1 == 1]", failed, "not_a_member_key"],
    ["trigger.body.tags[trigger.body.amount]", failed, "not_a_member_key"],
    ["trigger.body[trigger.body.items]", failed, "not_a_member_key"],
    ["item.x", failed, "unknown_name"],
    ["steps.zzz.output", failed, "unknown_name"],
  ]);
});

test("the first that is not null", () => {
  check([
    ["null ?? 1", 1],
    ["trigger.body.missing ?? 'x'", "x"],
    ["trigger.body.no ?? true", false],
    ["trigger.body.zero ?? 5", 0],
    ["trigger.body.empty ?? 'x'", ""],
    ["null ?? null", null],
    ["null ?? null ?? 3 ?? 4", 3],
    ["1 ?? item", 1],
    ["trigger.body.missing ?? trigger.body.count == 3", true],
    ["(null ?? 2) == 2", true],
    ["1 == null ?? 1", true],
  ]);
});

test("equality compares values deeply", () => {
  check([
    ["1 == 1.0", true],
    ["1 == '1'", false],
    ["null == false", false],
    ["trigger.body.missing == null", true],
    ["'a' == \"a\"", true],
    ["[1, [2]] == [1, [2]]", true],
    ["[1, 2] == [2, 1]", false],
    ["[1] == [1, 2]", false],
    ["[] == []", true],
    ["trigger.body.items[0] == trigger.body.items[0]", true],
    ["trigger.body.items[0] == trigger.body.items[1]", false],
    ["trigger.body.items != trigger.body.none", true],
    ["12345678901234567890 == trigger.body.big", true],
    ["12345678901234567891 == trigger.body.big", false],
    ["100000000000000000000 == 1e20", true],
    ["true != false", true],
    ["0 == false", false],
    ["'' == null", false],
    ["[] == null", false],
    ["trigger.body == trigger.body", true],
    ["-0 == 0", true],
  ]);
});

test("order: two numbers, or two texts by code point", () => {
  check([
    ["1 < 2", true],
    ["2 <= 2", true],
    ["3 > 2", true],
    ["2 >= 3", false],
    ["-1 < 0", true],
    ["trigger.body.big > 1", true],
    ["12345678901234567890 < 12345678901234567891", true],
    ["9007199254740993 > 9007199254740992", true],
    ["1.5 < trigger.body.big", true],
    ["'a' < 'b'", true],
    ["'a' < 'B'", false],
    ["'Z' < 'a'", true],
    ["'' < 'a'", true],
    ["'a' <= 'a'", true],
    ["'ab' > 'a'", true],
    ["'\\uffff' < trigger.body.emoji", true],
    ["'\\ue000' < trigger.body.emoji", true],
    ["trigger.body.emoji < 'z'", false],
    ["'10' < '9'", true],
    ["1 < '2'", failed, "not_comparable"],
    ["null < 1", failed, "not_comparable"],
    ["true < false", failed, "not_comparable"],
    ["[1] < [2]", failed, "not_comparable"],
    ["trigger.body.missing >= 0", failed, "not_comparable"],
    ["'a' > null", failed, "not_comparable"],
  ]);
});

test("in: member of a list, key of an object, part of a text", () => {
  check([
    ["'red' in trigger.body.tags", true],
    ["'blue' in trigger.body.tags", false],
    ["null in trigger.body.tags", true],
    ["3 in trigger.body.tags", true],
    ["3.0 in [1, 2, 3]", true],
    ["[1] in [[1], 2]", true],
    ["trigger.body.items[1] in trigger.body.items", true],
    ["1 in []", false],
    ["'id' in trigger.body", true],
    ["'toString' in trigger.body", false],
    ["'__proto__' in trigger.body", false],
    ["'x-y' in trigger.body", true],
    ["'o-' in trigger.body.id", true],
    ["'' in 'abc'", true],
    ["'abc' in 'ab'", false],
    ["'b' not in 'abc'", false],
    ["'x' not in trigger.body", true],
    ["4 not in [1, 2, 3]", true],
    ["not 4 in [1, 2, 3]", true],
    ["not (4 not in [1])", false],
    ["'a' in null", failed, "not_comparable"],
    ["1 in 'a1'", failed, "not_comparable"],
    ["1 in trigger.body", failed, "not_comparable"],
    ["'a' in 5", failed, "not_comparable"],
    ["'a' in true", failed, "not_comparable"],
    ["'a' not in trigger.body.missing", failed, "not_comparable"],
  ]);
});

test("logic takes booleans, and null as false", () => {
  check([
    ["true and true", true],
    ["true and false", false],
    ["false or true", true],
    ["not true", false],
    ["not null", true],
    ["null and true", false],
    ["null or null", false],
    ["null or true", true],
    ["not not true", true],
    ["not trigger.body.no", true],
    ["true and null", false],
    ["true or false and false", true],
    ["(true or false) and false", false],
    ["not true or true", true],
    ["not (true or true)", false],
    ["not false and false", false],
    ["true and true and false", false],
    ["false or false or true", true],
    ["not 1 == 2", true],
    ["false and item", false],
    ["true or item", true],
    ["trigger.body.yes and not trigger.body.no", true],
    ["trigger.body.count > 2 and trigger.body.id == 'o-1'", true],
    ["1 < 2 or 1 < 'x'", true],
    ["1 and true", failed, "not_a_boolean"],
    ["true and 1", failed, "not_a_boolean"],
    ["'x' or true", failed, "not_a_boolean"],
    ["not 'x'", failed, "not_a_boolean"],
    ["not 0", failed, "not_a_boolean"],
    ["[] or true", failed, "not_a_boolean"],
    ["false or trigger.body", failed, "not_a_boolean"],
    ["trigger.body.empty and true", failed, "not_a_boolean"],
  ]);
});

test("one whole pair of braces means the same", () => {
  check([
    ["{{ 1 }}", 1],
    ["  {{trigger.body.id}}  ", "o-1"],
    ["{{ '}}' }}", "}}"],
    ["trigger.body.id == '{{'", false],
  ]);
});

test("what cannot be read says where, and often what to write", () => {
  const cases: readonly (readonly [source: string, code: string, at: number, fix?: RegExp])[] = [
    ["", "invalid_expression", 0],
    ["   ", "invalid_expression", 0],
    ["1 +", "invalid_expression", 2, /arithmetic/],
    ["a b", "invalid_expression", 2],
    ["1 = 1", "invalid_expression", 2, /==/],
    ["true && false", "invalid_expression", 5, /and/],
    ["true || false", "invalid_expression", 5, /or/],
    ["!true", "invalid_expression", 0, /not/],
    ["a | upper", "invalid_expression", 2, /filters/],
    ["1 == 1 == 1", "invalid_expression", 7, /and/],
    ["1 < 2 < 3", "invalid_expression", 6],
    ["trigger.", "invalid_expression", 7],
    ["trigger.0", "invalid_expression", 8, /\[0\]/],
    ["trigger.body.tags.12", "invalid_expression", 18, /\[12\]/],
    ["trigger[", "invalid_expression", 7],
    ["trigger[]", "invalid_expression", 8],
    ["trigger[1", "invalid_expression", 8, /\]/],
    ["(1", "invalid_expression", 1, /\)/],
    ["1)", "invalid_expression", 1],
    ["[1,]", "invalid_expression", 3],
    ["[1 2]", "invalid_expression", 3],
    ["'open", "invalid_expression", 0, /'/],
    ['"a\\x"', "invalid_expression", 2],
    ['"\\u12"', "invalid_expression", 1],
    ["01", "invalid_expression", 0],
    ["1x", "invalid_expression", 0],
    ["1.", "invalid_expression", 1],
    [".5", "invalid_expression", 0],
    ["--1", "invalid_expression", 0, /arithmetic/],
    ["1 - 1", "invalid_expression", 2, /arithmetic/],
    ["a * b", "invalid_expression", 2, /arithmetic/],
    ["$x", "invalid_expression", 0, /\["/],
    ["trigger.body.$x", "invalid_expression", 13],
    ["\u201cx\u201d", "invalid_expression", 0, /straight/],
    ["{a: 1}", "invalid_expression", 0, /object/],
    ["1e999", "number_out_of_range", 0],
    ["not", "invalid_expression", 2],
    ["and true", "invalid_expression", 0],
    ["1 not 2", "invalid_expression", 2, /not in/],
    ["true not", "invalid_expression", 5],
    ["in", "invalid_expression", 0],
    ["1 ?? not true", "invalid_expression", 5],
    ["1 == not true", "invalid_expression", 5],
    ["steps", "dynamic_step", 0],
    ["steps[trigger.body.id].output", "dynamic_step", 0],
    ["steps[0]", "dynamic_step", 0],
    ["secrets", "secret_not_named", 0],
    ["secrets['X']", "secret_not_named", 0],
    ["secrets[trigger.body.id]", "secret_not_named", 0],
    ["trigger[1.5]", "invalid_expression", 8],
    ["trigger[null]", "invalid_expression", 8],
    ["trigger[true]", "invalid_expression", 8],
    ["a ? b : c", "invalid_expression", 2, /when/],
    ["x {{ a }}", "mixed_expression", 2],
    ["{{ a }} x", "mixed_expression", 7],
    ["{{ a }}{{ b }}", "mixed_expression", 7],
    ["{{ a", "invalid_expression", 3],
    [`${"(".repeat(65)}1${")".repeat(65)}`, "expression_too_deep", 65],
    [`${"not ".repeat(65)}true`, "expression_too_deep", 260],
    ["\u00e4.b", "invalid_expression", 0],
    ["a.b.", "invalid_expression", 3],
    ["f(1)", "invalid_expression", 1],
    ["'a\nb'", "invalid_expression", 0],
  ];
  for (const [source, code, at, fix] of cases) {
    const parsed = parseExpressionText(source);
    assert.ok(!parsed.ok, `${source} was read`);
    assert.deepEqual([parsed.error.code, parsed.error.at], [code, at], `${source}: ${parsed.error.message}`);
    if (fix !== undefined) assert.match(parsed.error.fix ?? "", fix, source);
  }
});

test("a chain of members and of operators may be as long as it likes", () => {
  check([
    [`trigger${".a".repeat(20_000)}`, null],
    [`false${" or false".repeat(20_000)}`, false],
    [`1${" ?? 2".repeat(20_000)}`, 1],
  ]);
});
