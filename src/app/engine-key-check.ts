// The file beside the data that tells which engine key sealed them.

import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createFileDurably } from "../vault/create-file-durably.ts";

/** Whether there are any, sealed with some key. */
export function hasData(dataFolder: string): boolean {
  return existsSync(join(dataFolder, "dispatched.db"));
}

/** Null when there is none: it is kept once a start has shown that keys and data belong together. */
export function readKeyCheck(dataFolder: string): Uint8Array | null {
  const path = pathOf(dataFolder);
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  return text === "" ? null : Buffer.from(text, "hex");
}

/** For the next start. One that is there stays; an empty one was cut off. */
export function keepKeyCheck(dataFolder: string, check: Uint8Array): void {
  if (readKeyCheck(dataFolder) !== null) return;
  rmSync(pathOf(dataFolder), { force: true });
  createFileDurably(pathOf(dataFolder), Buffer.from(check).toString("hex"), 0o600);
}

function pathOf(dataFolder: string): string {
  return join(dataFolder, "engine-key.check");
}
