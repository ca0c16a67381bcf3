// The wrapping key, sealed to the public key of a printed recovery sheet: its owner signs in without the device's key.

import type { CryptoSuite, PrivateKey } from "./crypto-suite.ts";
import { joinFields } from "./join-fields.ts";
import type { Randomness } from "./randomness.ts";
import { openWith, sealTo } from "./seal-to.ts";
import type { KeyOwner } from "./tenant-keys.ts";

const info = new TextEncoder().encode("dispatched/v1/recovery");

/** 80 bytes for the server to keep; null when `recoveryKey` is a point of low order. */
export function sealForRecovery(
  suite: CryptoSuite,
  randomness: Randomness,
  recoveryKey: Uint8Array,
  owner: KeyOwner,
  wrappingKey: Uint8Array,
): Uint8Array | null {
  return sealTo(suite, randomness, recoveryKey, info, boundTo(owner), wrappingKey);
}

/** The wrapping key that `sealForRecovery` sealed; null when it was altered, or is of another tenant or generation. */
export function openRecovered(
  suite: CryptoSuite,
  recoveryKey: PrivateKey,
  owner: KeyOwner,
  sealed: Uint8Array,
): Uint8Array | null {
  return openWith(suite, recoveryKey, info, boundTo(owner), sealed);
}

function boundTo({ tenant, generation }: KeyOwner): Uint8Array {
  return joinFields(tenant, generation);
}
