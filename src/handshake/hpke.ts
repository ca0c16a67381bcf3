// HPKE in base mode (RFC 9180): sealing to a public key, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.

import { assert } from "../value/assert.ts";
import { concat } from "./concat.ts";
import { type CipherKey, type CryptoSuite, keyBytes, nonceBytes, type PrivateKey } from "./crypto-suite.ts";
import { deriveKeyPair } from "./hpke-key-pair.ts";
import { hpkeSuiteId, kemSuiteId, labeledExpand, labeledExtract } from "./hpke-labels.ts";
import type { Randomness } from "./randomness.ts";

/** What one sender and one recipient share (section 5.1). */
export interface HpkeContext {
  readonly key: CipherKey;
  readonly baseNonce: Uint8Array;
  readonly exporterSecret: Uint8Array;
}

const nothing = new Uint8Array(0);
const baseMode = 0x00;

/**
 * SetupBaseS (section 5.1.1): `encapsulated` is for the recipient. Null when `publicKey` is a point of low order, as
 * section 7.1.4 demands. Draws 32 bytes, from which the ephemeral pair is derived.
 */
export function setupSender(
  suite: CryptoSuite,
  randomness: Randomness,
  publicKey: Uint8Array,
  info: Uint8Array,
): { readonly encapsulated: Uint8Array; readonly context: HpkeContext } | null {
  const { privateKey: ephemeral } = deriveKeyPair(suite, randomness.bytes(keyBytes));
  const secret = suite.x25519(ephemeral, publicKey);
  if (secret === null) return null;
  const shared = extractAndExpand(suite, secret, concat(ephemeral.publicKey, publicKey));
  return { encapsulated: ephemeral.publicKey, context: keySchedule(suite, shared, info) };
}

/** SetupBaseR (section 5.1.1). Null when `encapsulated` is a point of low order. */
export function setupRecipient(
  suite: CryptoSuite,
  privateKey: PrivateKey,
  encapsulated: Uint8Array,
  info: Uint8Array,
): HpkeContext | null {
  const secret = suite.x25519(privateKey, encapsulated);
  if (secret === null) return null;
  const shared = extractAndExpand(suite, secret, concat(encapsulated, privateKey.publicKey));
  return keySchedule(suite, shared, info);
}

/** The nonce of the message `sequence`, from 0 (section 5.2). */
export function hpkeNonce({ baseNonce }: HpkeContext, sequence: number): Uint8Array {
  assert(Number.isSafeInteger(sequence) && sequence >= 0, "messages are counted from 0");
  const counter = new Uint8Array(nonceBytes);
  new DataView(counter.buffer).setBigUint64(nonceBytes - 8, BigInt(sequence));
  return counter.map((byte, index) => byte ^ (baseNonce[index] ?? 0));
}

/** Export (section 5.3): `size` bytes, 0 to 255 × 32, that both sides can derive. */
export function hpkeExport(
  suite: CryptoSuite,
  context: HpkeContext,
  exporterContext: Uint8Array,
  size: number,
): Uint8Array {
  return labeledExpand(suite, hpkeSuiteId, context.exporterSecret, "sec", exporterContext, size);
}

/** ExtractAndExpand of the key exchange (section 4.1). */
function extractAndExpand(suite: CryptoSuite, secret: Uint8Array, keys: Uint8Array): Uint8Array {
  const extracted = labeledExtract(suite, kemSuiteId, nothing, "eae_prk", secret);
  return labeledExpand(suite, kemSuiteId, extracted, "shared_secret", keys, keyBytes);
}

/** KeySchedule of base mode (section 5.1). */
function keySchedule(suite: CryptoSuite, shared: Uint8Array, info: Uint8Array): HpkeContext {
  const pskIdHash = labeledExtract(suite, hpkeSuiteId, nothing, "psk_id_hash", nothing);
  const infoHash = labeledExtract(suite, hpkeSuiteId, nothing, "info_hash", info);
  const bound = concat(Uint8Array.of(baseMode), pskIdHash, infoHash);
  const secret = labeledExtract(suite, hpkeSuiteId, shared, "secret", nothing);
  const expand = (label: string, size: number) =>
    labeledExpand(suite, hpkeSuiteId, secret, label, bound, size);
  return {
    key: suite.cipherKey(expand("key", keyBytes)),
    baseNonce: expand("base_nonce", nonceBytes),
    exporterSecret: expand("exp", keyBytes),
  };
}
