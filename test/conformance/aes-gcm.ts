// Wycheproof's AES-GCM cases through both suites: our sizes are right, all others are refused.

import type { CryptoSuite } from "../../src/handshake/crypto-suite.ts";
import { BrokenInvariant } from "../../src/value/assert.ts";
import { cryptoSuites } from "./crypto-suites.ts";
import type { Suite } from "./suite.ts";
import { bytes, runWycheproof, type WycheproofGroup } from "./wycheproof.ts";

interface AeadCase {
  readonly key: string;
  readonly iv: string;
  readonly aad: string;
  readonly msg: string;
  readonly ct: string;
  readonly tag: string;
  readonly result: string;
}

export const aesGcm: readonly Suite[] = cryptoSuites.map(([name, suite]) => ({
  name: `AES-256-GCM (Wycheproof), ${name}`,
  file: "wycheproof/aes_gcm_test.json",
  run: (text) =>
    runWycheproof<AeadCase>(
      text,
      (one) => holds(suite, one),
      (valid, group) => valid && isOurs(group),
    ),
}));

function isOurs({ keySize, ivSize, tagSize }: WycheproofGroup<AeadCase>): boolean {
  return keySize === 256 && ivSize === 96 && tagSize === 128;
}

function holds(suite: CryptoSuite, one: AeadCase): boolean {
  try {
    const [key, nonce, bound] = [suite.cipherKey(bytes(one.key)), bytes(one.iv), bytes(one.aad)];
    const plain = suite.open(key, nonce, bound, bytes(one.ct + one.tag));
    if (plain === null || Buffer.compare(plain, bytes(one.msg)) !== 0) return false;
    return Buffer.from(suite.seal(key, nonce, bound, plain)).toString("hex") === one.ct + one.tag;
  } catch (error) {
    // Sizes that we do not use are a broken invariant, not damaged data.
    if (error instanceof BrokenInvariant) return false;
    throw error;
  }
}
