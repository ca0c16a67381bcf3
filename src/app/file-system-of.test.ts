// Numbers of file systems, as the systems give them.

import assert from "node:assert/strict";
import { statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { fileSystemByNumber, fileSystemOf } from "./file-system-of.ts";

test("file systems that keep old bytes, or are shared, are known", () => {
  const kind = (type: number, platform: NodeJS.Platform = "linux") => fileSystemByNumber(type, platform).kind;
  // The constants of linux/magic.h: BTRFS_SUPER_MAGIC, CIFS_SUPER_MAGIC (also as signed), NFS_SUPER_MAGIC, EXT4_SUPER_MAGIC.
  assert.equal(kind(2435016766), "copy_on_write");
  assert.equal(kind(801189825), "copy_on_write");
  assert.equal(kind(0x1a, "darwin"), "copy_on_write");
  assert.equal(kind(4283649346), "shared");
  assert.equal(kind(4283649346 - 2 ** 32), "shared");
  assert.equal(kind(26985), "shared");
  assert.equal(kind(2035054128), "layered");
  assert.equal(kind(16914836), "volatile");
  assert.equal(kind(61267), "other");
});

test("an unknown one is told by its number, and a number means something on its own system only", () => {
  assert.deepEqual(fileSystemByNumber(0x12345, "linux"), { name: "0x12345", kind: "other" });
  assert.equal(fileSystemByNumber(0x1a, "linux").kind, "other");
  assert.equal(fileSystemByNumber(2435016766, "win32").kind, "other");
});

test("a folder that is there has one", () => {
  assert.deepEqual(fileSystemOf(tmpdir()), fileSystemByNumber(statfsSync(tmpdir()).type, process.platform));
  assert.throws(() => fileSystemOf("/nowhere/at/all"), { code: "ENOENT" });
});
