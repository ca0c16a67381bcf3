// The engine's key file: read, or made when it is absent.

import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Entropy } from "../ports/entropy.ts";
import { DispatchedError } from "../value/problem.ts";
import { createFileDurably } from "./create-file-durably.ts";
import type { EngineSecrets } from "./engine-key.ts";
import { readEngineKeyText, writeEngineKeyText } from "./engine-key-text.ts";
import { PooledEntropy } from "./pooled-entropy.ts";
import { requireApart } from "./require-apart.ts";

export interface EngineKeyFileOptions {
  /** The folder of the key, of mode 0700 and apart from the data. */
  readonly keysFolder: string;
  readonly dataFolder: string;
  /** Whether to make a key when there is none: only right for data that are made now, too. */
  readonly create: boolean;
  readonly entropy?: Entropy;
}

const fileName = "engine.key";
const byOthers = 0o077;

/**
 * The secrets of `<keysFolder>/engine.key` (mode 0400, or 0600 for who rotates it by hand).
 * Every error has code `invalid_configuration`: folders that lie in each other, modes that let others in, an absent
 * file when `create` is false, a damaged file, a file of a later version.
 */
export function openEngineKeyFile(options: EngineKeyFileOptions): EngineSecrets {
  requireApart(options.keysFolder, options.dataFolder);
  const path = join(options.keysFolder, fileName);
  const text = read(path) ?? create(path, options);
  requireClosedFolder(options.keysFolder);
  const key = readEngineKeyText(text);
  if (key.ok) return key.secrets;
  if (key.problem === "newer") {
    throw refused(
      `The engine key ${path} was written by a later version.`,
      "Start that version, or a later one.",
    );
  }
  throw refused(`The engine key ${path} is damaged.`, "Put it back from your backup of the keys folder.");
}

/** Null when there is no file. */
function read(path: string): string | null {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    throw refused(
      `The engine key ${path} cannot be read (${code}).`,
      "Let the engine's user own the file.",
      error,
    );
  }
  try {
    // The open file is asked, not the path, so that what is checked is what is read.
    requireMode(path, fstatSync(file).mode, byOthers, "0400");
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}

function create(path: string, options: EngineKeyFileOptions): string {
  if (!options.create) {
    throw refused(
      `There is no engine key at ${path}.`,
      "Put back the key file that belongs to the data folder.",
    );
  }
  const entropy = options.entropy ?? new PooledEntropy();
  mkdirSync(options.keysFolder, { recursive: true, mode: 0o700 });
  requireClosedFolder(options.keysFolder);
  const text = writeEngineKeyText({ epoch: 0, chain: entropy.bytes(32), integrity: entropy.bytes(32) });
  createFileDurably(path, text, 0o400);
  // Another process may have been faster: the file that stands is the key.
  return read(path) ?? text;
}

function requireClosedFolder(folder: string): void {
  requireMode(folder, statSync(folder).mode, byOthers, "0700");
}

function requireMode(path: string, mode: number, refusedBits: number, wanted: string): void {
  if (process.platform === "win32" || (mode & refusedBits) === 0) return;
  const actual = (mode & 0o777).toString(8).padStart(4, "0");
  throw refused(`${path} is open to others (mode ${actual}).`, `chmod ${wanted} ${path}`);
}

function refused(message: string, hint: string, cause?: unknown): DispatchedError {
  return new DispatchedError("invalid_configuration", message, { hint, cause });
}
