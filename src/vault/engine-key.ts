// The engine's own keys in memory, derived from the secrets in its key file.

import { type KeyObject, timingSafeEqual } from "node:crypto";
import { DispatchedError } from "../value/problem.ts";
import { secretCopy } from "../value/secret-bytes.ts";
import { deriveBytes, deriveKey } from "./hkdf.ts";

/** What the key file keeps. Both secrets have 32 bytes. */
export interface EngineSecrets {
  /** The oldest epoch that is not retired, from 0 on: `chain` is its link. */
  readonly epoch: number;
  /** The chain of wrap keys: no link before this one can be made from it, every later one can. */
  readonly chain: Uint8Array;
  /** Of it are lookup hashes made; it outlives every epoch. */
  readonly integrity: Uint8Array;
}

export interface EpochKey {
  /** 8 bytes that name the wrap key in what it wrapped. */
  readonly id: Uint8Array;
  readonly wrapKey: KeyObject;
  /** Of it and a salt are data keys made: 32 bytes outside the JavaScript heap, erased when the epoch is given up. */
  readonly deriveKey: Uint8Array;
  /** With a session's token it opens a tenant's wrapping key. */
  readonly sessionKey: KeyObject;
}

export interface EngineKey extends EpochKey {
  readonly lookupKey: KeyObject;
  /** Seals what travels between the two calls of a handshake; the same on every node. */
  readonly cookieKey: KeyObject;
  /** Of it are the codes of tenants' rows made, so that a writer of the store cannot alter one unnoticed. */
  readonly tenantRowKey: KeyObject;
  /** Of it are the codes of audit entries made. */
  readonly auditKey: KeyObject;
  /** Of it are the codes of data keys made that are sealed to tenants: anybody can seal to a public key. */
  readonly sealCodeKey: KeyObject;
  /** 16 bytes that tell this key from another without saying anything about it; may be stored in the clear. */
  readonly check: Uint8Array;
}

/** Epochs of one day: a key file that is 270 years behind belongs to other data. */
export const epochsMax = 100_000;

const salt = "engine";

/**
 * Derives the engine's keys: HKDF-SHA256 with the labels `ek`, `ek-id`, `dek-wrap`, `dek-derive`, `session-wrap`, `lookup`,
 * `cookie`, `tenant-row`, `audit`, `seal-code`, `check`.
 */
export function deriveEngineKey(secrets: EngineSecrets): EngineKey {
  return {
    ...deriveEpochKey(secrets.chain),
    lookupKey: deriveKey(secrets.integrity, salt, "lookup"),
    cookieKey: deriveKey(secrets.integrity, salt, "cookie"),
    tenantRowKey: deriveKey(secrets.integrity, salt, "tenant-row"),
    auditKey: deriveKey(secrets.integrity, salt, "audit"),
    sealCodeKey: deriveKey(secrets.integrity, salt, "seal-code"),
    check: deriveBytes(secrets.integrity, salt, "check").slice(0, 16),
  };
}

/** The key of the epoch whose link of the chain is `chain`. */
export function deriveEpochKey(chain: Uint8Array): EpochKey {
  const engineKey = deriveBytes(chain, salt, "ek");
  const key = {
    id: deriveBytes(engineKey, salt, "ek-id").slice(0, 8),
    wrapKey: deriveKey(engineKey, salt, "dek-wrap"),
    deriveKey: deriveBytes(engineKey, salt, "dek-derive"),
    sessionKey: deriveKey(engineKey, salt, "session-wrap"),
  };
  engineKey.fill(0);
  return key;
}

/** The chain's link `count` epochs after `chain`, as bytes of its own: HKDF-SHA256 with the label `chain`, `count` times. */
export function laterLink(chain: Uint8Array, count: number): Uint8Array {
  let link: Uint8Array = secretCopy(chain);
  for (let step = 0; step < count; step++) {
    const next = deriveBytes(link, salt, "chain");
    link.fill(0);
    link = next;
  }
  return link;
}

/**
 * Refuses with `locked` when `stored`, the check of the key that sealed the data, is not that of `key`. Called at
 * start, so that a foreign key file is told as such and not as damaged data.
 */
export function requireKeyOfData(key: Pick<EngineKey, "check">, stored: Uint8Array): void {
  if (stored.length === key.check.length && timingSafeEqual(stored, key.check)) return;
  throw new DispatchedError(
    "locked",
    "The data were sealed with another engine key than the one in the keys folder.",
    {
      hint: "Put back the key file that belongs to these data, or start with an empty data folder.",
    },
  );
}
