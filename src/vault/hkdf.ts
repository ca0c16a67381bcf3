// Keys from keys: HKDF-SHA256 (RFC 5869) with a label for each use.

import { createSecretKey, hkdfSync, type KeyObject } from "node:crypto";

const derivedBytes = 32;

/** `size` bytes, at least one, of HKDF-SHA256 (RFC 5869, sections 2.2 and 2.3). More than 255 × 32 bytes are refused with a RangeError. */
export function hkdfSha256(
  secret: Uint8Array | KeyObject,
  salt: Uint8Array,
  info: Uint8Array,
  size: number,
): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, salt, info, size));
}

/**
 * 32 bytes for one use of `secret`, apart from those of every other label and salt.
 * @param salt whose key it is: `engine`, later a tenant's id and key generation
 */
export function deriveBytes(secret: Uint8Array, salt: string, label: string): Uint8Array {
  return hkdfSha256(secret, Buffer.from(salt), Buffer.from(`dispatched/v1/${label}`), derivedBytes);
}

/** `deriveBytes` as a key object, whose bytes leave no copy behind in our memory. */
export function deriveKey(secret: Uint8Array, salt: string, label: string): KeyObject {
  const bytes = deriveBytes(secret, salt, label);
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}
