// Makes the names in a folder durable: a new or replaced file is there after a loss of power only from then on.

import { closeSync, fsyncSync, openSync } from "node:fs";

export function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
