// Columns are as wide as their widest cell, of however many rows.

import assert from "node:assert/strict";
import { test } from "node:test";
import { formatTable } from "./table.ts";

test("a table has as many rows as there are", () => {
  const rows = Array.from({ length: 200_000 }, (_, index) => [String(index), "x"]);
  const lines = formatTable(["n", "what"], rows);
  assert.deepEqual([lines[0], lines.at(-1)], ["n       what", "199999  x"]);
});
