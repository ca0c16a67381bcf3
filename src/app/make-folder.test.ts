// Folders are made with those above them, and where none can be made that is said.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { makeFolder } from "./make-folder.ts";

test("a folder is made with those above it, for its user only, and may be there already", () => {
  const root = mkdtempSync(join(tmpdir(), "dispatched-folder-"));
  const path = join(root, "a", "b", "c");
  makeFolder(path);
  makeFolder(path);
  assert.equal(statSync(path).mode & 0o777, 0o700);
  writeFileSync(join(root, "file"), "");
  assert.throws(() => makeFolder(join(root, "file", "inside")), { code: "ENOTDIR" });
  rmSync(root, { recursive: true });
});

test("where the system makes no folder the error comes at once", () => {
  assert.throws(() => makeFolder("/proc/no/folder"), { code: "ENOENT" });
});
