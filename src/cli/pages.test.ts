// Every page of the documentation is found by the name that the list gives it, and by its path.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { findPage, pageNames, readPage } from "./pages.ts";

const docs = join(import.meta.dirname, "../../docs");
const paths = readdirSync(docs, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".md"));

test("each name leads to a page of its own, and all of them to all pages", () => {
  const found = Object.values(pageNames())
    .flat()
    .map((name) => findPage(name)?.path);
  assert.deepEqual(found.toSorted(), paths.map((path) => join(docs, path)).toSorted());
});

test("each path leads to its page, with the ending or without; nothing else does", () => {
  for (const path of paths) {
    if (path.includes("/")) assert.equal(findPage(path)?.path, join(docs, path));
  }
  assert.match(readPage(findPage("guides/secrets") as never), /## What if it fails/);
  assert.match(readPage(findPage("reference/cli") as never), /^# The command line/);
  assert.match(readPage(findPage("http_503") as never), /^# http_status/);
  for (const name of ["../package", "guides/../secrets", "reference", "nope", "", "adr/"])
    assert.equal(findPage(name), null, name);
});
