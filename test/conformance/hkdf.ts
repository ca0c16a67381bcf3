// Wycheproof's HKDF-SHA256 cases through both suites; the engine's keys are derived by the function behind one.

import type { CryptoSuite } from "../../src/handshake/crypto-suite.ts";
import { cryptoSuites } from "./crypto-suites.ts";
import type { Suite } from "./suite.ts";
import { bytes, runWycheproof } from "./wycheproof.ts";

interface HkdfCase {
  readonly ikm: string;
  readonly salt: string;
  readonly info: string;
  readonly size: number;
  readonly okm: string;
}

export const hkdf: readonly Suite[] = cryptoSuites.map(([name, suite]) => ({
  name: `HKDF-SHA256 (Wycheproof), ${name}`,
  file: "wycheproof/hkdf_sha256_test.json",
  run: (text) => runWycheproof<HkdfCase>(text, (one) => holds(suite, one)),
}));

const sizeMax = 255 * 32;

function holds(suite: CryptoSuite, { ikm, salt, info, size, okm }: HkdfCase): boolean {
  try {
    return Buffer.from(suite.hkdfSha256(bytes(ikm), bytes(salt), bytes(info), size)).toString("hex") === okm;
  } catch (error) {
    if (size > sizeMax) return false;
    throw error;
  }
}
