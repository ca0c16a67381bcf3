// Keyed hashes for lookups: whoever lacks the key cannot tell what text a hash stands for.

import { createHmac, type KeyObject } from "node:crypto";
import { FieldWriter } from "./field-writer.ts";

export const keyedHashBytes = 16;
const writer = new FieldWriter();

/** HMAC-SHA256 (RFC 2104), all 32 bytes. */
export function hmacSha256(key: KeyObject, message: Uint8Array): Uint8Array {
  return createHmac("sha256", key).update(message).digest();
}

/** The first 128 bits of HMAC-SHA256 over `fields`, each led by its length, so that no two lists of fields are confused. */
export function keyedHash(key: KeyObject, fields: readonly string[]): Uint8Array {
  writer.start();
  for (const field of fields) writer.text(field);
  return new Uint8Array(hmacSha256(key, writer.finish()).subarray(0, keyedHashBytes));
}
