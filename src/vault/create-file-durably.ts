// Makes a file that is either whole and on the disk, or not there.

import { existsSync, linkSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { syncFolder } from "./sync-folder.ts";
import { writeFileDurably } from "./write-file-durably.ts";

/**
 * Writes `text` beside `path`, syncs it, gives it its name and syncs the folder. A file that stands there already is
 * kept: of two processes that make it at once, the first wins.
 * @param mode of the file, for instance 0o400
 */
export function createFileDurably(path: string, text: string, mode: number): void {
  const temporary = `${path}.${process.pid}.${Date.now()}.tmp`;
  writeFileDurably(temporary, text, mode);
  giveName(temporary, path);
  syncFolder(dirname(path));
}

/** A link never replaces a file, as a rename would; some file systems have no links. */
function giveName(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(code)) {
      renameSync(temporary, path);
      return;
    }
    rmSync(temporary, { force: true });
    // Whoever was faster may have cleaned up already.
    if (code === "EEXIST" || (code === "ENOENT" && existsSync(path))) return;
    throw error;
  }
  rmSync(temporary, { force: true });
}
