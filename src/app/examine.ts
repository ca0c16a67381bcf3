// What `doctor` looks at: versions, configuration, folders, the key file and whether it belongs to the data. Nothing is changed.

import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { lookAtEpochs, type SeenEpochs } from "../store/sqlite/look-at-epochs.ts";
import { sqliteVersion } from "../store/sqlite/sqlite-version.ts";
import { DispatchedError } from "../value/problem.ts";
import { deriveEngineKey, requireKeyOfData } from "../vault/engine-key.ts";
import { engineKeyPath, readEngineKeyFile } from "../vault/engine-key-file.ts";
import { leftoversOf } from "../vault/remove-key-leftovers.ts";
import { requireApart } from "../vault/require-apart.ts";
import { readServerKeys, serverKeyPath } from "../vault/server-keys.ts";
import type { Configuration } from "./configuration.ts";
import { hasData, readKeyCheck } from "./engine-key-check.ts";
import { type FileSystem, fileSystemOf } from "./file-system-of.ts";
import { type Finding, judgeEpochs } from "./judge-epochs.ts";

export interface ExaminedFolder {
  readonly path: string;
  /** Null when it is not there yet. */
  readonly mode: number | null;
  /** On which it is, or would be. */
  readonly fileSystem: FileSystem;
}

export interface Examination {
  readonly versions: { readonly node: string; readonly sqlite: string; readonly platform: string };
  readonly configuration: Configuration;
  readonly home: ExaminedFolder;
  readonly data: ExaminedFolder;
  readonly keys: ExaminedFolder;
  /** Whether keys and data lie in different folders. */
  readonly apart: boolean;
  readonly keyFile: {
    readonly path: string;
    readonly mode: number | null;
    /** The oldest epoch whose key it can make; null when it is absent or cannot be used. */
    readonly epoch: number | null;
    /** Whether the data were sealed with it; null when that cannot be told. */
    readonly fitsData: boolean | null;
  };
  /** Null when there are no data yet. */
  readonly epochs: SeenEpochs | null;
  readonly findings: readonly Finding[];
}

const byOthers = 0o077;

export function examine(configuration: Configuration, now: number): Examination {
  const { home, dataFolder, keysFolder } = configuration;
  const findings: Finding[] = [];
  const [homeSeen, data, keys] = [home, dataFolder, keysFolder].map(examineFolder) as [
    ExaminedFolder,
    ExaminedFolder,
    ExaminedFolder,
  ];
  findings.push(...judgeMode(data, "warning"));
  findings.push(...judgeDisk(keys));
  const apart = attempt(findings, () => requireApart(keysFolder, dataFolder)) !== null;
  const keyFile = examineKeyFile(configuration, findings);
  // Reading the file has told of the folder's mode already.
  if (keyFile.mode === null) findings.push(...judgeMode(keys, "problem"));
  if (hasData(dataFolder)) examineServerKey(keysFolder, findings);
  const epochs = lookAtEpochs(dataFolder, now);
  if (epochs !== null) findings.push(...judgeEpochs(epochs, keyFile.epoch, now));
  return {
    versions: {
      node: process.versions.node,
      sqlite: sqliteVersion(),
      platform: `${process.platform} ${process.arch}`,
    },
    configuration,
    home: homeSeen,
    data,
    keys,
    apart,
    keyFile,
    epochs,
    findings,
  };
}

function examineFolder(path: string): ExaminedFolder {
  return { path, mode: modeOf(path), fileSystem: fileSystemOf(standing(path)) };
}

/** The folder, or the first above it that is there. */
function standing(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : standing(dirname(path));
}

function modeOf(path: string): number | null {
  return existsSync(path) ? statSync(path).mode & 0o777 : null;
}

/** The server takes the data from others when it starts; to keys that are open it says no. */
function judgeMode({ path, mode }: ExaminedFolder, level: Finding["level"]): readonly Finding[] {
  if (mode === null || process.platform === "win32" || (mode & byOthers) === 0) return [];
  const octal = mode.toString(8).padStart(4, "0");
  return [{ level, message: `${path} is open to others (mode ${octal})`, hint: `chmod 0700 ${path}` }];
}

/** Giving up a key is worth as much as the disk forgets. */
function judgeDisk({ path, fileSystem }: ExaminedFolder): readonly Finding[] {
  const warn = (message: string, hint: string): readonly Finding[] => [{ level: "warning", message, hint }];
  const { kind } = fileSystem;
  const on = `the keys folder ${path} is on ${fileSystem.name}`;
  if (kind === "copy_on_write") {
    return warn(
      `${on}, which keeps the old bytes of a file that is overwritten`,
      "a key that was given up may stay on the disk, and in snapshots; keep the keys on ext4 or xfs, without snapshots",
    );
  }
  if (kind === "layered") {
    return warn(
      `${on}, the layers of a container`,
      "the keys may go with the container: mount a volume of their own for them",
    );
  }
  if (kind === "shared") {
    return warn(
      `${on}, which other machines may reach and keep copies of`,
      "keep the keys on a disk of this node only; each node has a key file of its own",
    );
  }
  if (kind !== "volatile") return [];
  return warn(`${on}, and is gone when the machine restarts`, "keep the keys on a disk");
}

function examineServerKey(keysFolder: string, findings: Finding[]): void {
  if (existsSync(serverKeyPath(keysFolder))) {
    attempt(findings, () => readServerKeys(keysFolder));
    return;
  }
  findings.push({
    level: "problem",
    message: `the server's key ${serverKeyPath(keysFolder)} is missing`,
    hint: "put it back from your backup of the keys folder: the next start makes another, which no device knows",
  });
}

function examineKeyFile(
  { keysFolder, dataFolder }: Configuration,
  findings: Finding[],
): Examination["keyFile"] {
  const path = engineKeyPath(keysFolder);
  const check = readKeyCheck(dataFolder);
  const absent = { path, mode: null, epoch: null, fitsData: null };
  // Both are made at the first start.
  if (!existsSync(path) && check === null && !hasData(dataFolder)) return absent;
  const secrets = attempt(findings, () => readEngineKeyFile(keysFolder));
  if (secrets === null) return { ...absent, mode: modeOf(path) };
  const { epoch } = secrets;
  const key = deriveEngineKey(secrets);
  secrets.chain.fill(0);
  secrets.integrity.fill(0);
  for (const leftover of leftoversOf(path)) {
    findings.push({
      level: "warning",
      message: `${leftover} is left of a replacement that was cut off`,
      hint: "the next start of the server overwrites and removes it",
    });
  }
  if (check === null) return { path, mode: modeOf(path), epoch, fitsData: null };
  const fits = attempt(findings, () => {
    requireKeyOfData(key, check);
    return true;
  });
  return { path, mode: modeOf(path), epoch, fitsData: fits !== null };
}

/** Null, and a finding, when it is refused. */
function attempt<Result>(findings: Finding[], look: () => Result): Result | null {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof DispatchedError)) throw error;
    findings.push({ level: "problem", message: error.message, hint: error.hint });
    return null;
  }
}
