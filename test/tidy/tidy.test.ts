// Holds the rules of the house over every source file, and shows that each rule can fail.

import assert from "node:assert/strict";
import { test } from "node:test";
import { rules } from "./rules.ts";
import { listFiles, readSource } from "./source-files.ts";

const sources = listFiles()
  .filter((path) => /\.(ts|tsx|mjs)$/.test(path) && !path.startsWith("testdata/"))
  .map(readSource);

for (const rule of rules) {
  test(rule.name, () => {
    assert.notDeepEqual(rule.check(rule.bad), [], "the rule does not see a file that breaks it");
    const broken = sources.flatMap((file) => rule.check(file).map((what) => `${file.path}: ${what}`));
    assert.deepEqual(broken, []);
  });
}

test("the median file is short", () => {
  const lengths = sources
    .filter(({ path }) => path.startsWith("src/"))
    .map(({ text }) => text.split("\n").length)
    .sort((a, b) => a - b);
  const median = lengths[Math.floor(lengths.length / 2)] ?? 0;
  assert.ok(median <= 120, `the median is ${median} lines`);
});
