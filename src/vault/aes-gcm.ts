// AES-256-GCM in the one form that we use: 256-bit keys, 96-bit nonces, 128-bit tags behind the text (NIST SP 800-38D).

import { createCipheriv, createDecipheriv, type KeyObject } from "node:crypto";
import { assert } from "../value/assert.ts";

export const nonceBytes = 12;
export const tagBytes = 16;
const options = { authTagLength: tagBytes } as const;

/**
 * Writes the encrypted `plain` and its tag into `into` from `at` on: `plain.length + tagBytes` bytes.
 * A nonce of another size than 96 bits is a broken invariant; a key of another size than 256 bits is refused with a RangeError.
 * @param nonce never used twice with this key
 * @param bound what the text is bound to (associated data)
 */
export function sealAesGcm(
  key: KeyObject,
  nonce: Uint8Array,
  bound: Uint8Array,
  plain: Uint8Array,
  into: Uint8Array,
  at: number,
): void {
  checkNonce(nonce);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, options);
  cipher.setAAD(bound);
  into.set(cipher.update(plain), at);
  cipher.final();
  into.set(cipher.getAuthTag(), at + plain.length);
}

/** What `sealAesGcm` wrote, decrypted; null when anything of it was altered. Nothing is returned before the tag is checked. */
export function openAesGcm(
  key: KeyObject,
  nonce: Uint8Array,
  bound: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | null {
  checkNonce(nonce);
  const textBytes = sealed.length - tagBytes;
  if (textBytes < 0) return null;
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, options);
  decipher.setAAD(bound);
  decipher.setAuthTag(sealed.subarray(textBytes));
  const plain = decipher.update(sealed.subarray(0, textBytes));
  try {
    decipher.final();
  } catch {
    return null;
  }
  return plain;
}

/** Keys of another size the cipher refuses by itself; nonces it takes of any. */
function checkNonce(nonce: Uint8Array): void {
  assert(nonce.length === nonceBytes, "nonces of AES-256-GCM have 12 bytes");
}
