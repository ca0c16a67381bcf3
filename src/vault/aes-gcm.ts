// AES-256-GCM in the one form that we use: 256-bit keys, 96-bit nonces, 128-bit tags behind the text (NIST SP 800-38D).

import { createCipheriv, createDecipheriv, type KeyObject } from "node:crypto";
import { assert } from "../value/assert.ts";
import { putBytes } from "./put-bytes.ts";

export const nonceBytes = 12;
export const tagBytes = 16;
const options = { authTagLength: tagBytes } as const;

/**
 * Writes the encrypted `plain` and its tag into `into` from `at` on: `plain.length + tagBytes` bytes.
 * A key of another size than 256 bits or a nonce of another size than 96 bits is a broken invariant.
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
  const cipher = withKeyChecked(() => createCipheriv("aes-256-gcm", key, nonce, options));
  cipher.setAAD(bound);
  into.set(cipher.update(plain), at);
  cipher.final();
  putBytes(cipher.getAuthTag(), into, at + plain.length);
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
  const decipher = withKeyChecked(() => createDecipheriv("aes-256-gcm", key, nonce, options));
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

/** The cipher refuses keys of other sizes by itself; to ask a key for its size each time would cost more than to hear it. */
function withKeyChecked<Cipher>(make: () => Cipher): Cipher {
  try {
    return make();
  } catch (error) {
    const isSize = error instanceof Error && "code" in error && error.code === "ERR_CRYPTO_INVALID_KEYLEN";
    assert(!isSize, "keys of AES-256-GCM have 32 bytes");
    throw error;
  }
}

function checkNonce(nonce: Uint8Array): void {
  assert(nonce.length === nonceBytes, "nonces of AES-256-GCM have 12 bytes");
}
