// Columns of a terminal that texts take.

import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsOf } from "./columns-of.ts";

test("wide characters take two columns, marks none, others one", () => {
  const texts: readonly (readonly [text: string, columns: number])[] = [
    ["abc", 3],
    ["", 0],
    ["äöß", 3],
    ["日本語", 6],
    ["한국", 4],
    ["ａ", 2],
    ["e\u0301", 1],
    ["😀!", 3],
    ["שלום", 4],
  ];
  for (const [text, columns] of texts) assert.equal(columnsOf(text), columns, text);
});
