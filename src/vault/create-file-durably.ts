// Makes a file that is either whole and on the disk, or not there.

import { closeSync, fsyncSync, linkSync, openSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes `text` beside `path`, syncs it, gives it its name and syncs the folder. A file that stands there already is
 * kept: of two processes that make it at once, the first wins.
 * @param mode of the file, for instance 0o400
 */
export function createFileDurably(path: string, text: string, mode: number): void {
  const temporary = `${path}.${process.pid}.${Date.now()}.tmp`;
  const file = openSync(temporary, "wx", mode);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  giveName(temporary, path);
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** A link never replaces a file, as a rename would; some file systems have no links. */
function giveName(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes((error as NodeJS.ErrnoException).code ?? "")) {
      unlinkSync(temporary);
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
      throw error;
    }
    renameSync(temporary, path);
    return;
  }
  unlinkSync(temporary);
}
