// The one place where everything is wired: store, vault, outbound calls, clock, engine, server.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Engine } from "../engine/engine.ts";
import { loopbackRanges } from "../outbound/address-guard.ts";
import { UndiciCaller } from "../outbound/undici-caller.ts";
import type { Log } from "../ports/log.ts";
import type { Vault } from "../ports/vault.ts";
import { type Listening, listen } from "../server/listen.ts";
import { type SqliteOptions, SqliteStore } from "../store/sqlite/sqlite-store.ts";
import { deriveEngineKey, requireKeyOfData } from "../vault/engine-key.ts";
import { openEngineKeyFile } from "../vault/engine-key-file.ts";
import { EngineVault } from "../vault/engine-vault.ts";
import { PooledEntropy } from "../vault/pooled-entropy.ts";
import type { Configuration } from "./configuration.ts";
import { type Credentials, openCredentials, writeCredentials } from "./credentials.ts";
import { folderError } from "./folder-error.ts";
import { SystemClock } from "./system-clock.ts";
import { tokenCheck } from "./token-check.ts";

export interface OpenOptions {
  readonly log: Log;
  /** What the store's writer does differently in tests. */
  readonly store?: SqliteOptions;
  /** Takes the place of sealing in tests that show that it matters. */
  readonly vault?: Vault;
  /** Called when another process took the data over: this one must end. */
  readonly onFenced?: () => void;
}

export interface Dispatched {
  readonly url: string;
  readonly credentials: Credentials;
  /** Takes no more work, lets calls under way finish for a few seconds, then closes everything. */
  close(): Promise<void>;
}

/** Errors: `data_in_use`, `port_in_use`, `invalid_configuration`, `locked`. */
export async function openDispatched(
  configuration: Configuration,
  options: OpenOptions,
): Promise<Dispatched> {
  const { home, port } = configuration;
  const { vault, store } = await openFolders(configuration, options).catch((error) => {
    throw folderError(error);
  });
  const caller = new UndiciCaller({ allowedRanges: loopbackRanges });
  const clock = new SystemClock();
  const { log } = options;
  const engine = new Engine(
    { store, vault, clock, entropy: new PooledEntropy(), caller, log },
    { onFenced: options.onFenced ?? (() => {}) },
  );
  let listening: Listening | null = null;
  try {
    const known = openCredentials(home);
    await engine.start();
    listening = await listen({ engine, clock, log, authenticate: tokenCheck(known), port });
    const credentials = { ...known, url: listening.url };
    writeCredentials(home, credentials);
    return { url: listening.url, credentials, close: () => closeAll(listening, engine, caller, store) };
  } catch (error) {
    await closeAll(listening, engine, caller, store);
    throw error;
  }
}

async function openFolders(configuration: Configuration, options: OpenOptions) {
  const vault = options.vault ?? openVault(configuration);
  return { vault, store: await SqliteStore.open(configuration.dataFolder, options.store) };
}

async function closeAll(
  listening: Listening | null,
  engine: Engine,
  caller: UndiciCaller,
  store: SqliteStore,
): Promise<void> {
  listening?.refuse();
  await engine.stop();
  await listening?.close();
  await caller.close();
  await store.close();
}

/** A key is made only for data that are made now; data that are there must have been sealed with this one. */
function openVault({ keysFolder, dataFolder }: Configuration): Vault {
  const checkFile = join(dataFolder, "engine-key.check");
  const isNew = !existsSync(checkFile);
  const key = deriveEngineKey(openEngineKeyFile({ keysFolder, dataFolder, create: isNew }));
  if (isNew) {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    writeFileSync(checkFile, Buffer.from(key.check).toString("hex"), { mode: 0o600 });
  } else {
    requireKeyOfData(key, Buffer.from(readFileSync(checkFile, "utf8"), "hex"));
  }
  return new EngineVault(key);
}
