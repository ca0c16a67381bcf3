// Texts are the same when every unit of them is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { sameText } from "./same-text.ts";

test("a text is the same as itself, and as no other, longer or shorter ones included", () => {
  const texts = ["", "a", "b", "ab", "ba", "aa", "a\0", "\0"];
  for (const a of texts) for (const b of texts) assert.equal(sameText(a, b), a === b, `${a} ${b}`);
});
