// A value is put where its pointer leads, and nowhere else.

import assert from "node:assert/strict";
import { test } from "node:test";
import { placeInJson } from "./place-in-json.ts";

test("members, places of lists, and names with slashes and tildes are found", () => {
  const value = { a: [1, { "b/c~d": null }], e: null };
  assert.deepEqual(placeInJson(value, "/a/1/b~1c~0d", "x"), { a: [1, { "b/c~d": "x" }], e: null });
  assert.deepEqual(placeInJson(value, "/e", [2]), { a: [1, { "b/c~d": null }], e: [2] });
  assert.deepEqual(placeInJson(value, "", 3), 3);
});

test("what is not there is not made", () => {
  assert.deepEqual(placeInJson({ a: null }, "/b/c", 1), { a: null });
  assert.deepEqual(placeInJson([null], "/1", 1), [null]);
});
