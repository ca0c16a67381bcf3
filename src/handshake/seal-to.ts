// One message to the owner of a public key, and its opening: HPKE's single-shot form (RFC 9180, section 6.1).

import { concat } from "./concat.ts";
import { type CryptoSuite, keyBytes, type PrivateKey } from "./crypto-suite.ts";
import { hpkeNonce, setupRecipient, setupSender } from "./hpke.ts";
import type { Randomness } from "./randomness.ts";

/** What sealing adds, in bytes: the encapsulated key and the tag. */
export const sealToBytes = 48;

/**
 * The encapsulated key (32 bytes), the encrypted text, the tag (16 bytes). Null when `publicKey` is a point of low
 * order, to which nothing can be sealed.
 * @param info what the message is; opening must name the same
 * @param bound what it is bound to (associated data)
 */
export function sealTo(
  suite: CryptoSuite,
  randomness: Randomness,
  publicKey: Uint8Array,
  info: Uint8Array,
  bound: Uint8Array,
  plain: Uint8Array,
): Uint8Array | null {
  const sender = setupSender(suite, randomness, publicKey, info);
  if (sender === null) return null;
  const { encapsulated, context } = sender;
  return concat(encapsulated, suite.seal(context.key, hpkeNonce(context, 0), bound, plain));
}

/** What `sealTo` sealed; null when it is for another key, was altered, or `info` or `bound` differ. */
export function openWith(
  suite: CryptoSuite,
  privateKey: PrivateKey,
  info: Uint8Array,
  bound: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | null {
  if (sealed.length < sealToBytes) return null;
  const context = setupRecipient(suite, privateKey, sealed.subarray(0, keyBytes), info);
  if (context === null) return null;
  return suite.open(context.key, hpkeNonce(context, 0), bound, sealed.subarray(keyBytes));
}
