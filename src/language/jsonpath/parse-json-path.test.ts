// Registration of queries: what is refused and where, and which steps a query reads.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJsonPath } from "./parse-json-path.ts";

function accepted(text: string) {
  const parsed = parseJsonPath(text);
  assert.ok(parsed.ok, `${text} is refused`);
  return parsed;
}

test("a query of names and indices is singular", () => {
  for (const text of ["$", "$.steps.a.body.items[0]", "$['steps'][-1]"])
    assert.ok(accepted(text).singular, text);
  for (const text of ["$..a", "$.*", "$[0,1]", "$[1:]", "$[?@.a]"]) assert.ok(!accepted(text).singular, text);
});

test("the steps that it reads are named", () => {
  const reads = (text: string) => {
    const { stepIds, readsEveryStep } = accepted(text);
    return readsEveryStep ? "every" : stepIds;
  };
  assert.deepEqual(reads("$.steps.pay.body"), ["pay"]);
  assert.deepEqual(reads("$.steps['pay','ship'].status"), ["pay", "ship"]);
  assert.deepEqual(reads("$.input.items[?@.id == $.steps.pay.body.id && length($.steps.a) > 1]"), [
    "pay",
    "a",
  ]);
  assert.deepEqual(reads("$.input.list[?!match(@.name, $.steps.b.pattern) || @.x]"), ["b"]);
  assert.deepEqual(reads("$.input.steps.pay"), []);
  for (const text of ["$", "$..body", "$.*.pay", "$.steps", "$.steps.*", "$.steps..id", "$.steps[?@.ok]"])
    assert.equal(reads(text), "every", text);
});

test("a refusal says where", () => {
  const refusal = (text: string) => {
    const parsed = parseJsonPath(text);
    assert.ok(!parsed.ok, `${text} is accepted`);
    return parsed.error;
  };
  assert.equal(refusal("$.a[").at, 4);
  assert.equal(refusal("$.a b").at, 4);
  assert.equal(refusal("$[?unknown(@)]").at, 3);
  for (const text of ["", "a", "$.", "$[", "$[?@.a == ]", "$[01]", "$.a.b.c[?(@.x]"]) {
    const { message, at, length } = refusal(text);
    assert.ok(message.length > 0 && at >= 0 && at <= text.length && length > 0, text);
  }
});

test("a long or deep query is refused in time", () => {
  assert.ok(!parseJsonPath(`$${".a".repeat(100_000)}`).ok);
  parseJsonPath(`$[?${"(".repeat(2_000)}@.a${")".repeat(2_000)}]`);
  parseJsonPath(`$${"[?@".repeat(1_300)}`);
});
