// Both suites of primitives, by name: what runs through one runs through the other.

import type { CryptoSuite } from "../../src/handshake/crypto-suite.ts";
import { nobleSuite } from "../../src/handshake/noble-suite.ts";
import { nodeSuite } from "../../src/vault/node-suite.ts";

export const cryptoSuites: readonly (readonly [string, CryptoSuite])[] = [
  ["node:crypto", nodeSuite],
  ["noble", nobleSuite],
];
