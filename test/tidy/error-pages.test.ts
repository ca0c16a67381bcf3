// Every code has its page, and no page is left of a code that is gone.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { errorPages } from "../../scripts/error-pages.ts";
import { root } from "./source-files.ts";

test("docs/errors is what the tables of codes say (npm run error-pages writes it)", () => {
  const folder = join(root, "docs/errors");
  const found = new Map(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]));
  const expected = new Map([...errorPages()].map(([code, page]) => [`${code}.md`, page]));
  assert.deepEqual([...found.keys()].sort(), [...expected.keys()].sort());
  for (const [file, page] of expected) assert.equal(found.get(file), page, `${file} is out of date`);
});
