// Wycheproof's AES-GCM cases through the vault's own functions: our sizes are right, all others are refused.

import { createSecretKey } from "node:crypto";
import { BrokenInvariant } from "../../src/value/assert.ts";
import { openAesGcm, sealAesGcm, tagBytes } from "../../src/vault/aes-gcm.ts";
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

export const aesGcm: Suite = {
  name: "AES-256-GCM (Wycheproof)",
  file: "wycheproof/aes_gcm_test.json",
  run: (text) => runWycheproof(text, holds, (valid, group) => valid && isOurs(group)),
};

function isOurs({ keySize, ivSize, tagSize }: WycheproofGroup<AeadCase>): boolean {
  return keySize === 256 && ivSize === 96 && tagSize === 128;
}

function holds(one: AeadCase): boolean {
  try {
    const [key, nonce, bound] = [createSecretKey(bytes(one.key)), bytes(one.iv), bytes(one.aad)];
    const plain = openAesGcm(key, nonce, bound, bytes(one.ct + one.tag));
    if (plain === null || Buffer.compare(plain, bytes(one.msg)) !== 0) return false;
    const sealed = new Uint8Array(plain.length + tagBytes);
    sealAesGcm(key, nonce, bound, plain, sealed, 0);
    return Buffer.from(sealed).toString("hex") === one.ct + one.tag;
  } catch (error) {
    // Sizes that we do not use are a broken invariant, not damaged data.
    if (error instanceof BrokenInvariant) return false;
    throw error;
  }
}
