// No mutant is stale: what it patches stands in the source as it is today.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { mutants, quickMutants } from "./mutants.ts";

const root = join(import.meta.dirname, "../..");

for (const { name, file, patches } of mutants) {
  test(`${name} patches ${file}`, () => {
    const source = readFileSync(join(root, file), "utf8");
    for (const [text] of patches) assert.ok(source.includes(text), `${file} has no ${text}`);
  });
}

test("names are unique, and those of the gate are there", () => {
  const names = mutants.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of quickMutants) assert.ok(names.includes(name), name);
});
