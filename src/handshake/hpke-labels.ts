// Labeled extraction and expansion of HPKE (RFC 9180, section 4), for the one suite that we use.

import { assert } from "../value/assert.ts";
import { secretBytes, secretCopy } from "../value/secret-bytes.ts";
import { concat } from "./concat.ts";
import type { CryptoSuite } from "./crypto-suite.ts";

const encoder = new TextEncoder();
const version = encoder.encode("HPKE-v1");

/** Of the key exchange: `KEM` and DHKEM(X25519, HKDF-SHA256) (section 7.1). */
export const kemSuiteId = concat(encoder.encode("KEM"), Uint8Array.of(0x00, 0x20));
/** Of the whole: `HPKE`, the key exchange, HKDF-SHA256 (section 7.2), AES-256-GCM (section 7.3). */
export const hpkeSuiteId = concat(encoder.encode("HPKE"), Uint8Array.of(0x00, 0x20, 0x00, 0x01, 0x00, 0x02));

/** LabeledExtract: 32 bytes. An empty salt is one of 32 zero bytes (RFC 5869, section 2.2). */
export function labeledExtract(
  suite: CryptoSuite,
  suiteId: Uint8Array,
  salt: Uint8Array,
  label: string,
  secret: Uint8Array,
): Uint8Array {
  const labeled = concat(version, suiteId, encoder.encode(label), secret);
  const extracted = suite.hmacSha256(salt, labeled);
  labeled.fill(0);
  return extracted;
}

/** LabeledExpand of 0 to 255 × 32 bytes: HKDF-Expand (RFC 5869, section 2.3). */
export function labeledExpand(
  suite: CryptoSuite,
  suiteId: Uint8Array,
  secret: Uint8Array,
  label: string,
  info: Uint8Array,
  size: number,
): Uint8Array {
  assert(size >= 0 && size <= 255 * 32, "an expansion has at most 255 blocks");
  const labeled = concat(
    Uint8Array.of(size >> 8, size & 0xff),
    version,
    suiteId,
    encoder.encode(label),
    info,
  );
  const expanded = secretBytes(Math.ceil(size / 32) * 32);
  let block: Uint8Array = new Uint8Array(0);
  for (let count = 1; (count - 1) * 32 < size; count++) {
    const message = concat(block, labeled, Uint8Array.of(count));
    block.fill(0);
    block = suite.hmacSha256(secret, message);
    message.fill(0);
    expanded.set(block, (count - 1) * 32);
  }
  block.fill(0);
  const taken = secretCopy(expanded.subarray(0, size));
  expanded.fill(0);
  return taken;
}
