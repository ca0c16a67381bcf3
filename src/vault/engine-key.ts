// The engine's own keys in memory, derived from the secrets in its key file.

import { type KeyObject, timingSafeEqual } from "node:crypto";
import { DispatchedError } from "../value/problem.ts";
import { deriveBytes, deriveKey } from "./hkdf.ts";

/** What the key file keeps. Both secrets have 32 bytes. */
export interface EngineSecrets {
  /** Which link of the chain: 0 for a new file. */
  readonly epoch: number;
  /** The chain of wrap keys: only its current link is kept. */
  readonly chain: Uint8Array;
  /** Of it are lookup hashes made; it outlives every epoch. */
  readonly integrity: Uint8Array;
}

export interface EngineKey {
  /** 8 bytes that name the wrap key in what it wrapped. */
  readonly id: Uint8Array;
  readonly wrapKey: KeyObject;
  readonly lookupKey: KeyObject;
  /** With a session's token it opens the tenant's wrapping key. */
  readonly sessionKey: KeyObject;
  /** 16 bytes that tell this key from another without saying anything about it; may be stored in the clear. */
  readonly check: Uint8Array;
}

const salt = "engine";

/** Derives the engine's keys: HKDF-SHA256 with the labels `ek`, `ek-id`, `dek-wrap`, `session-wrap`, `lookup`, `check`. */
export function deriveEngineKey(secrets: EngineSecrets): EngineKey {
  const current = deriveBytes(secrets.chain, salt, "ek");
  const key = {
    id: deriveBytes(current, salt, "ek-id").slice(0, 8),
    wrapKey: deriveKey(current, salt, "dek-wrap"),
    sessionKey: deriveKey(current, salt, "session-wrap"),
    lookupKey: deriveKey(secrets.integrity, salt, "lookup"),
    check: deriveBytes(secrets.integrity, salt, "check").slice(0, 16),
  };
  current.fill(0);
  return key;
}

/**
 * Refuses with `locked` when `stored`, the check of the key that sealed the data, is not that of `key`. Called at
 * start, so that a foreign key file is told as such and not as damaged data.
 */
export function requireKeyOfData(key: EngineKey, stored: Uint8Array): void {
  if (stored.length === key.check.length && timingSafeEqual(stored, key.check)) return;
  throw new DispatchedError(
    "locked",
    "The data were sealed with another engine key than the one in the keys folder.",
    {
      hint: "Put back the key file that belongs to these data, or start with an empty data folder.",
    },
  );
}
