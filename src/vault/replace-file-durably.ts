// Replaces a file so that after a crash the old or the new one stands, whole, and overwrites the old bytes.

import { linkSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { removeKeyLeftovers } from "./remove-key-leftovers.ts";
import { syncFolder } from "./sync-folder.ts";
import { writeFileDurably } from "./write-file-durably.ts";

/**
 * Writes `text` beside `path`, syncs it, gives it the name, syncs the folder, and only then overwrites the old bytes. These
 * keep a name of their own until that is done, so that a crash between does not leave them on the disk unseen. When it
 * throws before the name was given, `path` is as it was. The names are this process's own: another one may remove them, but
 * cannot put something else in their place.
 * @param check throws when `path` is not to be replaced; called first, and again right before the name is given
 */
export function replaceFileDurably(path: string, text: string, mode: number, check: () => void): void {
  check();
  removeKeyLeftovers(path);
  const own = `${path}.${process.pid}.${Date.now()}`;
  writeFileDurably(`${own}.next`, text, mode);
  keepName(path, `${own}.old`);
  check();
  renameSync(`${own}.next`, path);
  syncFolder(dirname(path));
  removeKeyLeftovers(path);
}

/** Some file systems have no links: there the old bytes cannot be reached after the rename, and are not overwritten. */
function keepName(path: string, name: string): void {
  try {
    linkSync(path, name);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(code)) throw error;
  }
}
