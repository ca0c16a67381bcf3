// Wycheproof's HKDF-SHA256 cases through the function that derives the engine's keys.

import { hkdfSha256 } from "../../src/vault/hkdf.ts";
import type { Suite } from "./suite.ts";
import { bytes, runWycheproof } from "./wycheproof.ts";

interface HkdfCase {
  readonly ikm: string;
  readonly salt: string;
  readonly info: string;
  readonly size: number;
  readonly okm: string;
}

export const hkdf: Suite = {
  name: "HKDF-SHA256 (Wycheproof)",
  file: "wycheproof/hkdf_sha256_test.json",
  run: (text) => runWycheproof(text, holds),
};

function holds({ ikm, salt, info, size, okm }: HkdfCase): boolean {
  try {
    return Buffer.from(hkdfSha256(bytes(ikm), bytes(salt), bytes(info), size)).toString("hex") === okm;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_CRYPTO_INVALID_KEYLEN") return false;
    throw error;
  }
}
