// The keys of a tenant, derived from the private key on its device and from the wrapping key.

import type { TenantId } from "../value/id.ts";
import { type CryptoSuite, keyBytes } from "./crypto-suite.ts";
import { deriveKeyPair, type HpkeKeyPair } from "./hpke-key-pair.ts";
import { joinFields } from "./join-fields.ts";

/** Whose key it is, and of which generation: both are in every derivation, so that no two share a key. */
export interface KeyOwner {
  readonly tenant: TenantId;
  /** 1 for the first key; each rotation adds 1. */
  readonly generation: number;
}

const encoder = new TextEncoder();
const checkMessage = encoder.encode("check");

/**
 * 32 bytes for one use of `key`: HKDF-SHA256 (RFC 5869) with tenant and generation as salt, each led by its length as
 * `joinFields` does, and the info `dispatched/v1/<label>`.
 */
function derive(suite: CryptoSuite, key: Uint8Array, owner: KeyOwner, label: string): Uint8Array {
  const salt = joinFields(owner.tenant, owner.generation);
  return suite.hkdfSha256(key, salt, encoder.encode(`dispatched/v1/${label}`), keyBytes);
}

/** WK, the key under which all others of the tenant stand. @param privateKey the 32 bytes as they were made, not clamped */
export function wrappingKeyOf(suite: CryptoSuite, privateKey: Uint8Array, owner: KeyOwner): Uint8Array {
  return derive(suite, privateKey, owner, "wk");
}

/** 32 bytes that tell a wrong WK before it wraps anything, and say nothing about it: HMAC-SHA256(WK, "check"). */
export function checkOf(suite: CryptoSuite, wrappingKey: Uint8Array): Uint8Array {
  return suite.hmacSha256(wrappingKey, checkMessage);
}

/** The key that wraps the tenant's data keys while somebody is signed in. */
export function wrapKeyOf(suite: CryptoSuite, wrappingKey: Uint8Array, owner: KeyOwner): Uint8Array {
  return derive(suite, wrappingKey, owner, "dek-wrap");
}

/** 8 bytes that name `wrapKeyOf` in what it wrapped; not secret. */
export function wrapKeyIdOf(suite: CryptoSuite, wrappingKey: Uint8Array, owner: KeyOwner): Uint8Array {
  return derive(suite, wrappingKey, owner, "wrap-id").slice(0, 8);
}

/** The key that seals the wrapping key of the generation before, while a rotation is under way. */
export function previousKeyOf(suite: CryptoSuite, wrappingKey: Uint8Array, owner: KeyOwner): Uint8Array {
  return derive(suite, wrappingKey, owner, "previous");
}

/** The pair to whose public half data keys are sealed while nobody is signed in (RFC 9180, section 7.1.3). */
export function sealKeyPairOf(suite: CryptoSuite, wrappingKey: Uint8Array, owner: KeyOwner): HpkeKeyPair {
  const secret = derive(suite, wrappingKey, owner, "seal-kem");
  const pair = deriveKeyPair(suite, secret);
  secret.fill(0);
  return pair;
}
