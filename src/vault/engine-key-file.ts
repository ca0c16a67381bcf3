// The engine's key file: read, made when it is absent, replaced when the engine goes on to a later epoch.

import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Entropy } from "../ports/entropy.ts";
import { DispatchedError } from "../value/problem.ts";
import { createFileDurably } from "./create-file-durably.ts";
import { type EngineSecrets, epochsMax, laterLink } from "./engine-key.ts";
import { readEngineKeyText, writeEngineKeyText } from "./engine-key-text.ts";
import { PooledEntropy } from "./pooled-entropy.ts";
import { removeKeyLeftovers } from "./remove-key-leftovers.ts";
import { replaceFileDurably } from "./replace-file-durably.ts";
import { requireApart } from "./require-apart.ts";
import { syncFolder } from "./sync-folder.ts";

export interface EngineKeyFileOptions {
  /** The folder of the key, of mode 0700 and apart from the data. */
  readonly keysFolder: string;
  readonly dataFolder: string;
  /** Whether to make a key when there is none: only right for data that are made now, too. */
  readonly create: boolean;
  readonly entropy?: Entropy;
}

const byOthers = 0o077;

export function engineKeyPath(keysFolder: string): string {
  return join(keysFolder, "engine.key");
}

/**
 * The secrets of `<keysFolder>/engine.key` (mode 0400, or 0600 for who rotates it by hand).
 * Every error has code `invalid_configuration`: folders that lie in each other, modes that let others in, an absent
 * file when `create` is false, a damaged file, a file of a later version, a leftover of an older key that cannot be
 * removed. Removes such leftovers, so the folder belongs to one process.
 */
export function openEngineKeyFile(options: EngineKeyFileOptions): EngineSecrets {
  requireApart(options.keysFolder, options.dataFolder);
  const path = engineKeyPath(options.keysFolder);
  const text = read(path) ?? create(path, options);
  const secrets = secretsOf(path, text);
  // A rename that a loss of power could still take back must not be reported as done.
  syncFolder(options.keysFolder);
  removeLeftovers(path);
  return secrets;
}

/** The same, of a file that is there, and nothing is changed: right beside a process that uses the folder. */
export function readEngineKeyFile(keysFolder: string): EngineSecrets {
  const path = engineKeyPath(keysFolder);
  const text = read(path);
  if (text === null) throw absent(path);
  return secretsOf(path, text);
}

/**
 * Puts `after` in the place of `before`, durably, and leaves nothing of the old file. After a crash anywhere either of the
 * two stands. `invalid_configuration` when the file holds something else than `before` by now, or cannot be replaced: it is
 * as it was then, unless the system failed only to sync the new name.
 */
export function replaceEngineKeyFile(keysFolder: string, before: EngineSecrets, after: EngineSecrets): void {
  const path = engineKeyPath(keysFolder);
  const check = () => {
    if (sameSecrets(readEngineKeyFile(keysFolder), before)) return;
    throw refused(
      `The engine key ${path} was changed while it was in use.`,
      "Restart the engine with the key file that belongs to the data folder.",
    );
  };
  try {
    replaceFileDurably(path, writeEngineKeyText(after), 0o400, check);
  } catch (error) {
    if (error instanceof DispatchedError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw refused(
      `The engine key ${path} cannot be replaced (${code}).`,
      "Let the engine's user write to the keys folder.",
      error,
    );
  }
}

/**
 * As `replaceEngineKeyFile`, for an `after` that is a later link of the chain of `before`. What another process ratcheted
 * meanwhile, along the same chain, is gone on from: when it returns, the file holds `after` or a later link, durably.
 */
export function ratchetEngineKeyFile(keysFolder: string, before: EngineSecrets, after: EngineSecrets): void {
  const stands = readEngineKeyFile(keysFolder);
  const ahead = isAhead(stands, before);
  if (ahead && stands.epoch >= after.epoch) {
    // Who gave it the name may have got no further.
    syncFolder(keysFolder);
    removeLeftovers(engineKeyPath(keysFolder));
  } else {
    replaceEngineKeyFile(keysFolder, ahead ? stands : before, after);
  }
}

/** Whether `stands` is a link of the chain of `before`, and a later one. */
function isAhead(stands: EngineSecrets, before: EngineSecrets): boolean {
  const count = stands.epoch - before.epoch;
  if (count <= 0 || count >= epochsMax) return false;
  const chain = laterLink(before.chain, count);
  const isLater = sameSecrets(stands, { epoch: stands.epoch, chain, integrity: before.integrity });
  chain.fill(0);
  return isLater;
}

function sameSecrets(a: EngineSecrets, b: EngineSecrets): boolean {
  const same = (one: Uint8Array, other: Uint8Array) => Buffer.compare(one, other) === 0;
  return a.epoch === b.epoch && same(a.chain, b.chain) && same(a.integrity, b.integrity);
}

function secretsOf(path: string, text: string): EngineSecrets {
  requireClosedFolder(dirname(path));
  const key = readEngineKeyText(text);
  if (key.ok) return key.secrets;
  // Another process may just have replaced the file that we read, and overwritten it.
  const again = read(path);
  if (again !== null && again !== text) return secretsOf(path, again);
  if (key.problem === "newer") {
    throw refused(
      `The engine key ${path} was written by a later version.`,
      "Start that version, or a later one.",
    );
  }
  throw refused(`The engine key ${path} is damaged.`, "Put it back from your backup of the keys folder.");
}

function removeLeftovers(path: string): void {
  try {
    removeKeyLeftovers(path);
  } catch (error) {
    const { code, path: which } = error as NodeJS.ErrnoException;
    throw refused(
      `What is left of an older engine key cannot be removed (${which ?? path}: ${code}).`,
      "Let the engine's user write to the keys folder, or remove the file.",
      error,
    );
  }
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
  if (!options.create) throw absent(path);
  const entropy = options.entropy ?? new PooledEntropy();
  mkdirSync(options.keysFolder, { recursive: true, mode: 0o700 });
  requireClosedFolder(options.keysFolder);
  const text = writeEngineKeyText({ epoch: 0, chain: entropy.bytes(32), integrity: entropy.bytes(32) });
  createFileDurably(path, text, 0o400);
  // Another process may have been faster: the file that stands is the key.
  return read(path) ?? text;
}

function absent(path: string): DispatchedError {
  return refused(
    `There is no engine key at ${path}.`,
    "Put back the key file that belongs to the data folder.",
  );
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
