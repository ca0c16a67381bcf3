// Signatures of senders: HMACs compared in constant time.

import { createHmac, timingSafeEqual } from "node:crypto";
import type { MacAlgorithm } from "../language/workflow.ts";

/** HMAC (RFC 2104) with SHA-1, SHA-256 or SHA-512 (FIPS 180-4). */
export function isMac(
  algorithm: MacAlgorithm,
  key: Uint8Array,
  message: Uint8Array,
  mac: Uint8Array,
): boolean {
  const expected = createHmac(algorithm, key).update(message).digest();
  return expected.length === mac.length && timingSafeEqual(expected, mac);
}
