// The one place where everything is wired: store, vault, outbound calls, clock, engine, server.

import { createHash, timingSafeEqual } from "node:crypto";
import { existsSync } from "node:fs";
import { backupAction } from "../engine/backup-action.ts";
import { Engine } from "../engine/engine.ts";
import type { HandshakeActions } from "../engine/handshake-action.ts";
import { reasonOf } from "../engine/reason-of.ts";
import { rotateAction } from "../engine/rotate-action.ts";
import { type Registration, TenantAccounts } from "../engine/tenant-accounts.ts";
import { parseIpAddress, parseIpRange, rangeContains } from "../outbound/ip-address.ts";
import { UndiciCaller } from "../outbound/undici-caller.ts";
import type { Log } from "../ports/log.ts";
import type { Vault } from "../ports/vault.ts";
import { SandboxPool } from "../sandbox/sandbox-pool.ts";
import { type Listening, listen } from "../server/listen.ts";
import { type SqliteOptions, SqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { StoreNotice } from "../store/sqlite/writer-protocol.ts";
import { AnswerHandshake } from "../vault/answer-handshake.ts";
import { requireKeyOfData } from "../vault/engine-key.ts";
import { EngineKeys } from "../vault/engine-keys.ts";
import { EngineVault } from "../vault/engine-vault.ts";
import { nodeSuite } from "../vault/node-suite.ts";
import { PooledEntropy } from "../vault/pooled-entropy.ts";
import { openServerKeys, serverKeyPath, serverKeyText } from "../vault/server-keys.ts";
import type { Configuration } from "./configuration.ts";
import { hasData, keepKeyCheck, readKeyCheck } from "./engine-key-check.ts";
import { folderError } from "./folder-error.ts";
import { makeFolder } from "./make-folder.ts";
import { SystemClock } from "./system-clock.ts";

export interface OpenOptions {
  readonly log: Log;
  /** What the store's writer does differently in tests. */
  readonly store?: SqliteOptions;
  /** Takes the place of sealing in tests that show that it matters. */
  readonly vault?: Vault;
  /** An invitation that registers, besides what is configured: for the process itself. */
  readonly invite?: string;
  /** Called when another process took the data over, or the data cannot be written any more: this one must end. */
  readonly onFenced?: () => void;
}

export interface Dispatched {
  readonly url: string;
  /** As devices write it. */
  readonly origin: string;
  /** Texts of the keys by which devices know this server. */
  readonly serverKeys: readonly string[];
  /** Takes no more work, lets calls under way finish for a few seconds, then closes everything. */
  close(): Promise<void>;
}

/** Errors: `data_in_use`, `port_in_use`, `invalid_configuration`, `locked`. */
export async function openDispatched(
  configuration: Configuration,
  options: OpenOptions,
): Promise<Dispatched> {
  const { port, publicUrl, allowedRanges, http2 } = configuration;
  const { vault, store, keys, serverKeys } = await openFolders(configuration, options).catch((error) => {
    throw folderError(error);
  });
  const caller = new UndiciCaller({ allowedRanges, http2 });
  const clock = new SystemClock();
  const sandbox = new SandboxPool();
  const entropy = new PooledEntropy();
  const { log } = options;
  let listening: Listening | null = null;
  const reachedAt = () => publicUrl ?? listening?.url ?? `http://127.0.0.1:${port}`;
  const origin = () => new URL(reachedAt()).origin;
  const engine = new Engine(
    { store, vault, clock, entropy, caller, log, sandbox },
    {
      onFenced: options.onFenced ?? (() => {}),
      publicUrl: reachedAt,
      epochRetentionMs: configuration.epochRetentionMs,
      hosts: configuration.hosts,
    },
  );
  const answering = { suite: nodeSuite, entropy, serverKeys, cookieKey: keys.cookieKey };
  let handshakes: AnswerHandshake | null = null;
  const accounts = new TenantAccounts(
    {
      ...{ store, vault, clock, entropy, log },
      handshakes: () => (handshakes ??= new AnswerHandshake({ ...answering, origin: origin() })),
    },
    engine,
    {
      registration: registrationOf(configuration, options),
      sessionMs: configuration.sessionMs,
      actions: actionsOf(engine, vault),
    },
  );
  const keyTexts = serverKeys.map(serverKeyText);
  const close = () => closeAll(log, listening, engine, accounts, { caller, sandbox, store });
  try {
    await engine.start();
    keepKeyCheck(configuration.dataFolder, keys.check);
    accounts.start();
    const server = { keys: keyTexts, origin, registration: configuration.registration };
    const { rate, trustedProxies } = configuration;
    const isTrustedProxy = within(trustedProxies);
    listening = await listen({ engine, clock, log, accounts, server, port, rate, isTrustedProxy });
    return { url: listening.url, origin: origin(), serverKeys: keyTexts, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Whether an address is in one of the ranges. */
function within(texts: readonly string[]): (address: string) => boolean {
  const ranges = texts.flatMap((text) => parseIpRange(text) ?? []);
  return (text) => {
    const address = parseIpAddress(text);
    return address !== null && ranges.some((range) => rangeContains(range, address));
  };
}

function actionsOf({ tenants, rotations, grantAction }: Engine, vault: Vault): HandshakeActions {
  return {
    grant: grantAction,
    rotate: rotateAction(tenants, rotations, "device"),
    recover: rotateAction(tenants, rotations, "recovery sheet"),
    backup: backupAction(tenants, vault),
  };
}

function registrationOf({ registration, invite }: Configuration, options: OpenOptions): Registration {
  if (registration === "open") return { type: "open" };
  const taken = [invite, options.invite ?? null].flatMap((text) => (text === null ? [] : [digest(text)]));
  if (taken.length === 0) return { type: "closed" };
  const isInvited = (given: string) => taken.filter((one) => timingSafeEqual(one, digest(given))).length > 0;
  return { type: registration, isInvited };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

async function openFolders(configuration: Configuration, options: OpenOptions) {
  for (const folder of [configuration.home, configuration.dataFolder]) makeFolder(folder);
  const keys = openKeys(configuration);
  const vault = options.vault ?? new EngineVault(keys);
  const serverKey = serverKeyPath(configuration.keysFolder);
  if (!existsSync(serverKey) && hasData(configuration.dataFolder)) {
    options.log.write("warn", "server.key_made", {
      path: serverKey,
      hint: "no device knows this server by it",
    });
  }
  const serverKeys = openServerKeys(configuration.keysFolder, new PooledEntropy());
  const lost = () => {
    // A restart reads what is on the disk, and the runs go on from there.
    options.log.write("error", "store.lost", {});
    options.onFenced?.();
  };
  const tell = ({ event, ...fields }: StoreNotice) =>
    options.log.write(["store.erasing", "store.erased"].includes(event) ? "info" : "warn", event, fields);
  const store = await SqliteStore.open(configuration.dataFolder, options.store, lost, tell);
  return { vault, store, keys, serverKeys };
}

/** Every part, whatever became of those before it: what stays open keeps the process from ending. */
async function closeAll(
  log: Log,
  listening: Listening | null,
  engine: Engine,
  accounts: TenantAccounts,
  ports: { readonly caller: UndiciCaller; readonly sandbox: SandboxPool; readonly store: SqliteStore },
): Promise<void> {
  listening?.refuse();
  accounts.stop();
  const parts: readonly [string, () => Promise<void> | undefined][] = [
    ["engine", () => engine.stop()],
    ["server", () => listening?.close()],
    ["caller", () => ports.caller.close()],
    ["sandbox", () => ports.sandbox.close()],
    ["store", () => ports.store.close()],
  ];
  for (const [part, close] of parts) {
    try {
      await close();
    } catch (error) {
      log.write("error", "close.failed", { part, reason: reasonOf(error) });
    }
  }
}

/** A key is made only for data that are made now; data that are there must have been sealed with this one. */
function openKeys({ keysFolder, dataFolder }: Configuration): EngineKeys {
  const check = readKeyCheck(dataFolder);
  const isNew = check === null && !hasData(dataFolder);
  if (isNew) makeFolder(keysFolder);
  const keys = EngineKeys.open({ keysFolder, dataFolder, create: isNew });
  if (check !== null) requireKeyOfData(keys, check);
  return keys;
}
