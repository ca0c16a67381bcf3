// Groups of failures that stand stay where they are, whatever comes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { placeGroups } from "./place-groups.ts";

const groups = (prints: string) => [...prints].map((fingerprint) => ({ fingerprint }));
const placed = (found: string, standing: string) => {
  const { shown, fresh } = placeGroups(groups(found), [...standing]);
  return [shown.map(({ fingerprint }) => fingerprint).join(""), fresh];
};

test("the first are shown as they come", () => {
  assert.deepEqual(placed("abc", ""), ["abc", 0]);
  assert.deepEqual(placed("", "ab"), ["", 0]);
});

test("one that fails again stays where it stands, and a new one waits", () => {
  assert.deepEqual(placed("cab", "abc"), ["abc", 0]);
  assert.deepEqual(placed("xab", "ab"), ["ab", 1]);
  assert.deepEqual(placed("xaby", "ab"), ["aby", 1]);
});

test("one that is gone leaves, and a further page is added behind", () => {
  assert.deepEqual(placed("ac", "abc"), ["ac", 0]);
  assert.deepEqual(placed("abcde", "abc"), ["abcde", 0]);
  assert.deepEqual(placed("xy", "ab"), ["xy", 0]);
});
