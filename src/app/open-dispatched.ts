// The one place where everything is wired: store, vault, outbound calls, clock, engine, server.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Engine } from "../engine/engine.ts";
import { loopbackRanges } from "../outbound/address-guard.ts";
import { UndiciCaller } from "../outbound/undici-caller.ts";
import type { Log } from "../ports/log.ts";
import type { Vault } from "../ports/vault.ts";
import { SandboxPool } from "../sandbox/sandbox-pool.ts";
import { type Listening, listen } from "../server/listen.ts";
import { type SqliteOptions, SqliteStore } from "../store/sqlite/sqlite-store.ts";
import { requireKeyOfData } from "../vault/engine-key.ts";
import { EngineKeys } from "../vault/engine-keys.ts";
import { EngineVault } from "../vault/engine-vault.ts";
import { PooledEntropy } from "../vault/pooled-entropy.ts";
import type { Configuration } from "./configuration.ts";
import { type Credentials, openCredentials, writeCredentials } from "./credentials.ts";
import { folderError } from "./folder-error.ts";
import { makeFolder } from "./make-folder.ts";
import { SystemClock } from "./system-clock.ts";
import { tokenCheck } from "./token-check.ts";

export interface OpenOptions {
  readonly log: Log;
  /** What the store's writer does differently in tests. */
  readonly store?: SqliteOptions;
  /** Takes the place of sealing in tests that show that it matters. */
  readonly vault?: Vault;
  /** Called when another process took the data over, or the data cannot be written any more: this one must end. */
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
  const { home, port, publicUrl } = configuration;
  const { vault, store } = await openFolders(configuration, options).catch((error) => {
    throw folderError(error);
  });
  const caller = new UndiciCaller({ allowedRanges: loopbackRanges });
  const clock = new SystemClock();
  const sandbox = new SandboxPool();
  const { log } = options;
  let listening: Listening | null = null;
  const engine = new Engine(
    { store, vault, clock, entropy: new PooledEntropy(), caller, log, sandbox },
    {
      onFenced: options.onFenced ?? (() => {}),
      publicUrl: () => publicUrl ?? listening?.url ?? `http://127.0.0.1:${port}`,
    },
  );
  const close = () => closeAll(listening, engine, { caller, sandbox, store });
  try {
    const known = openCredentials(home);
    const wrappingKey = createHash("sha256").update(known.token).digest();
    vault.unlock(known.tenant, { generation: 1, sealKey: null, check: null }, wrappingKey);
    await engine.start();
    listening = await listen({ engine, clock, log, authenticate: tokenCheck(known), port });
    const credentials = { ...known, url: listening.url };
    writeCredentials(home, credentials);
    return { url: listening.url, credentials, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openFolders(configuration: Configuration, options: OpenOptions) {
  for (const folder of [configuration.home, configuration.dataFolder]) makeFolder(folder);
  const vault = options.vault ?? openVault(configuration);
  const lost = () => {
    // A restart reads what is on the disk, and the runs go on from there.
    options.log.write("error", "store.lost", {});
    options.onFenced?.();
  };
  return { vault, store: await SqliteStore.open(configuration.dataFolder, options.store, lost) };
}

async function closeAll(
  listening: Listening | null,
  engine: Engine,
  ports: { readonly caller: UndiciCaller; readonly sandbox: SandboxPool; readonly store: SqliteStore },
): Promise<void> {
  listening?.refuse();
  await engine.stop();
  await listening?.close();
  await ports.caller.close();
  await ports.sandbox.close();
  await ports.store.close();
}

/** A key is made only for data that are made now; data that are there must have been sealed with this one. */
function openVault({ keysFolder, dataFolder }: Configuration): Vault {
  const checkFile = join(dataFolder, "engine-key.check");
  const isNew = !existsSync(checkFile);
  if (isNew) makeFolder(keysFolder);
  const keys = EngineKeys.open({ keysFolder, dataFolder, create: isNew });
  if (isNew) {
    writeFileSync(checkFile, Buffer.from(keys.check).toString("hex"), { mode: 0o600 });
  } else {
    requireKeyOfData(keys, Buffer.from(readFileSync(checkFile, "utf8"), "hex"));
  }
  return new EngineVault(keys);
}
