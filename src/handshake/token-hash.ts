// SHA-256 of a token's text: what is stored and looked up in its place.

import { sha256 } from "@noble/hashes/sha2.js";

const encoder = new TextEncoder();

/** 32 bytes. A token has 256 random bits, so that its hash needs neither salt nor slowness. */
export function tokenHash(token: string): Uint8Array {
  return sha256(encoder.encode(token));
}
