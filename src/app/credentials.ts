// The credentials file of this machine: tenants side by side, each with the keys of this device and its last session.

import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { syncFolder } from "../vault/sync-folder.ts";
import { makeFolder } from "./make-folder.ts";

export interface TenantEntry {
  readonly tenant: TenantId;
  /** Where the server is, or was last. */
  readonly url: string;
  /** What the server calls itself. */
  readonly origin: string;
  /** `dsk_live_…` */
  readonly api_key: string;
  /** `dprv1_…` */
  readonly private_key: string;
  /** While a rotation begins, of which the answer may be lost: the key that may be the tenant's already. */
  readonly next_private_key?: string | undefined;
  readonly generation: number;
  /** `dsrv1_…`, one or two. */
  readonly server_keys: readonly string[];
  readonly session: { readonly token: string; readonly expires_at: string } | null;
  /** The last audit head that was seen, its code in base64url: a server that shows an earlier one was rolled back. */
  readonly audit_head?: { readonly seq: number; readonly mac: string } | null;
  /** The server showed another log than that of `audit_head`: nobody signs in until `audit verify` has found or taken it whole. */
  readonly rolled_back?: boolean | undefined;
  /** Of a tenant that `dispatched dev` made: the folder of its data; else null. */
  readonly data: string | null;
}

export interface Credentials {
  /** The tenant that commands use when none is named. */
  readonly current: TenantId | null;
  readonly tenants: readonly TenantEntry[];
}

const byOthers = 0o077;
const lockMaxMs = 5_000;
const asleep = new Int32Array(new SharedArrayBuffer(4));

function fileOf(home: string): string {
  return join(home, "credentials.json");
}

/**
 * Nobody's, when there is no file. Errors: `invalid_configuration` for one that is damaged, of an earlier version, or open to
 * others than its owner.
 */
export function readCredentials(home: string): Credentials {
  const text = readPrivately(fileOf(home));
  if (text === null) return { current: null, tenants: [] };
  const value = parse(text);
  if (isCredentials(value)) return value;
  if (isOfEarlierVersion(value)) {
    const message = `${fileOf(home)} and its data were made by an earlier version, which had no keys of a tenant's own`;
    throw new DispatchedError("invalid_configuration", message, {
      hint: `nothing of them can be opened by this version: move ${home} away and begin anew, or start the version that made them`,
    });
  }
  throw new DispatchedError("invalid_configuration", `${fileOf(home)} is damaged`, {
    hint: "put it back from a backup: it has the private keys, without which the data of its tenants cannot be opened",
  });
}

/** Null when the file has none. Errors: as of `readCredentials`. */
export function entryIn(home: string, wanted: TenantId): TenantEntry | null {
  return readCredentials(home).tenants.find(({ tenant }) => tenant === wanted) ?? null;
}

/**
 * Changes the file, whole or not at all, and with nobody else changing it meanwhile: it has the only copy of private keys.
 * Readable by the owner only.
 */
export function changeCredentials(home: string, change: (before: Credentials) => Credentials): Credentials {
  makeFolder(home);
  const lock = `${fileOf(home)}.lock`;
  takeLock(lock);
  try {
    const after = change(readCredentials(home));
    const draft = `${fileOf(home)}.${process.pid}`;
    // A draft that is left, or that somebody put there as a link, is not written through.
    rmSync(draft, { force: true });
    writeFileSync(draft, `${JSON.stringify(after, null, 2)}\n`, { mode: 0o600, flush: true, flag: "wx" });
    renameSync(draft, fileOf(home));
    syncFolder(home);
    return after;
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Adds the tenant's entry, or puts it in the place of the one before; `current` makes it the one that commands use. */
export function saveTenant(home: string, entry: TenantEntry, current: boolean): void {
  changeCredentials(home, (before) => ({
    current: current || before.current === null ? entry.tenant : before.current,
    tenants: [...before.tenants.filter(({ tenant }) => tenant !== entry.tenant), entry],
  }));
}

/** Changes one entry, if it is still there; `current` makes it the one that commands use. */
export function changeTenant(
  home: string,
  tenant: TenantId,
  changes: Partial<TenantEntry>,
  current = false,
): void {
  changeCredentials(home, (before) => ({
    current: current ? tenant : before.current,
    tenants: before.tenants.map((entry) => (entry.tenant === tenant ? { ...entry, ...changes } : entry)),
  }));
}

/** The key that a rotation has put in place, unless the file knows of a later one: that is its only copy. */
export function settleRotation(
  home: string,
  tenant: TenantId,
  { private_key, generation }: Pick<TenantEntry, "private_key" | "generation">,
): void {
  const settle = (entry: TenantEntry): TenantEntry =>
    entry.tenant === tenant && entry.next_private_key === private_key
      ? { ...entry, private_key, generation, next_private_key: undefined }
      : entry;
  changeCredentials(home, (before) => ({ ...before, tenants: before.tenants.map(settle) }));
}

/** Null when there is no file. The open file is asked for its mode, so that what is checked is what is read. */
function readPrivately(path: string): string | null {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    if (process.platform === "win32" || (fstatSync(file).mode & byOthers) === 0)
      return readFileSync(file, "utf8");
    throw new DispatchedError("invalid_configuration", `${path}, which has private keys, is open to others`, {
      hint: `chmod 600 ${path}; if somebody may have read it: \`dispatched key rotate\``,
    });
  } finally {
    closeSync(file);
  }
}

/** A process that died in between leaves its lock: it is taken over when it is old. */
function takeLock(path: string): void {
  const until = Date.now() + 2 * lockMaxMs;
  for (;;) {
    try {
      closeSync(openSync(path, "wx", 0o600));
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || Date.now() > until) throw error;
    }
    if (isOld(path)) rmSync(path, { force: true });
    Atomics.wait(asleep, 0, 0, 10);
  }
}

function isOld(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs > lockMaxMs;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isCredentials(value: unknown): value is Credentials {
  const { current, tenants } = (value ?? {}) as Partial<Record<keyof Credentials, unknown>>;
  if (current !== null && typeof current !== "string") return false;
  return Array.isArray(tenants) && tenants.every(isEntry);
}

function isEntry(value: unknown): value is TenantEntry {
  const entry = (value ?? {}) as Partial<Record<keyof TenantEntry, unknown>>;
  const texts = [entry.tenant, entry.url, entry.origin, entry.api_key, entry.private_key];
  return texts.every((text) => typeof text === "string") && Array.isArray(entry.server_keys);
}

function isOfEarlierVersion(value: unknown): boolean {
  const { token } = (value ?? {}) as { readonly token?: unknown };
  return typeof token === "string" && token.startsWith("dst_local_");
}
