// Removes what a crash left beside the key file: a key that never got its name, or one that has lost it.

import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { syncFolder } from "./sync-folder.ts";

const suffix = /^\d+\.\d+(?:\.\d+)?\.(?:tmp|next|old|gone)$/;

/**
 * Leftovers of `createFileDurably` and `replaceFileDurably` beside `path`, which must stand. They are overwritten where the
 * file system lets us. A second name of the standing file only goes away, and a process that is just replacing
 * the file is refused by its own rename and not harmed. Throws the error of the system when a leftover cannot be removed.
 */
export function removeKeyLeftovers(path: string): void {
  const found = leftoversOf(path);
  if (found.length === 0) return;
  // Read before the sync: only what is sure to stay lets an older key go for good.
  const standing = readFileSync(path);
  syncFolder(dirname(path));
  for (const [index, leftover] of found.entries()) {
    const gone = `${path}.${process.pid}.${Date.now()}.${index}.gone`;
    if (!takeAway(leftover, gone)) continue;
    if (isAnotherKey(gone, standing)) overwrite(gone);
    rmSync(gone, { force: true });
  }
  syncFolder(dirname(path));
}

/** Their paths. */
export function leftoversOf(path: string): readonly string[] {
  const start = `${basename(path)}.`;
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(start) && suffix.test(name.slice(start.length)))
    .map((name) => join(dirname(path), name));
}

/** Under a name that nobody else uses no one can give the file the key's name while it is overwritten. */
function takeAway(leftover: string, gone: string): boolean {
  try {
    renameSync(leftover, gone);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

/** Some file systems do not count names, so the content is compared as well. */
function isAnotherKey(path: string, standing: Buffer): boolean {
  try {
    return statSync(path).nlink === 1 && !readFileSync(path).equals(standing);
  } catch {
    return false;
  }
}

function overwrite(path: string): void {
  try {
    chmodSync(path, 0o600);
    const file = openSync(path, "r+");
    try {
      const zeros = Buffer.alloc(statSync(path).size);
      writeSync(file, zeros, 0, zeros.length, 0);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch {
    // Where the file system does not let us, removing it is all that can be done.
  }
}
