// Writes a new file whose bytes are on the disk when it returns; its name is not yet.

import { closeSync, fsyncSync, openSync, writeFileSync } from "node:fs";

/** The error EEXIST when there is a file. @param mode for instance 0o400 */
export function writeFileDurably(path: string, text: string, mode: number): void {
  const file = openSync(path, "wx", mode);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
