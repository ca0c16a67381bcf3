// Wycheproof's X25519 cases through both suites: every secret is right, and one that is all zero is told.

import type { CryptoSuite } from "../../src/handshake/crypto-suite.ts";
import { cryptoSuites } from "./crypto-suites.ts";
import type { Suite } from "./suite.ts";
import { bytes, runWycheproof } from "./wycheproof.ts";

interface ExchangeCase {
  readonly public: string;
  readonly private: string;
  readonly shared: string;
}

export const x25519: readonly Suite[] = cryptoSuites.map(([name, suite]) => ({
  name: `X25519 (Wycheproof), ${name}`,
  file: "wycheproof/x25519_test.json",
  // What Wycheproof calls acceptable is decided by RFC 7748: twists and high encodings are taken.
  run: (text) =>
    runWycheproof<ExchangeCase>(
      text,
      (one) => holds(suite, one),
      () => true,
    ),
}));

function holds(suite: CryptoSuite, one: ExchangeCase): boolean {
  const secret = suite.x25519(suite.privateKey(bytes(one.private)), bytes(one.public));
  if (/^0+$/.test(one.shared)) return secret === null;
  return secret !== null && Buffer.from(secret).toString("hex") === one.shared;
}
