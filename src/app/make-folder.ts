// Makes a folder and those above it, one by one: Node's own `recursive` never ends where the system makes none, as in /proc.

import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/** Mode 0700. One that is there stays as it is. Throws the error of the system. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above);
  mkdirSync(path, { mode: 0o700 });
}
