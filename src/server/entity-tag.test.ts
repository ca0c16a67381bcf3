// Preconditions: a tag names a thing in any of its forms, and no other whose tag begins alike.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApiRequest } from "./api-request.ts";
import { preconditionOf } from "./entity-tag.ts";

const asks = (name: string, value: string) =>
  preconditionOf({ headers: { [name]: value } } as unknown as ApiRequest);

test("a weak tag names a thing that must not be there, and none that must", () => {
  for (const value of [`W/"1"`, `"7", W/"1.source"`]) {
    assert.equal(asks("if-none-match", value)?.("1"), false, value);
    assert.equal(asks("if-match", value)?.("1"), false, value);
  }
  assert.equal(asks("if-none-match", `W/"2"`)?.("1"), true);
});

test("a tag that only begins like another is another", () => {
  for (const value of [`"1"`, `"1.source"`, `"7", "1"`, "*"]) {
    assert.equal(asks("if-match", value)?.("1"), true, value);
    assert.equal(asks("if-none-match", value)?.("1"), false, value);
  }
  for (const value of [`"12"`, `"12.source"`, `""`]) {
    assert.equal(asks("if-match", value)?.("1"), false, value);
    assert.equal(asks("if-none-match", value)?.("1"), true, value);
  }
});
