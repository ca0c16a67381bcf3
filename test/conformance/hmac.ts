// Wycheproof's HMAC-SHA256 cases through the function behind every keyed hash, and through both suites.

import { createSecretKey } from "node:crypto";
import { hmacSha256 } from "../../src/vault/keyed-hash.ts";
import { cryptoSuites } from "./crypto-suites.ts";
import type { Suite } from "./suite.ts";
import { bytes, runWycheproof, type WycheproofGroup } from "./wycheproof.ts";

interface MacCase {
  readonly key: string;
  readonly msg: string;
  readonly tag: string;
}

type Mac = (key: Uint8Array, message: Uint8Array) => Uint8Array;

const codes: readonly (readonly [string, Mac])[] = [
  ["keyed hashes", (key, message) => hmacSha256(createSecretKey(key), message)],
  ...cryptoSuites.map(([name, suite]): [string, Mac] => [name, suite.hmacSha256]),
];

export const hmac: readonly Suite[] = codes.map(([name, mac]) => ({
  name: `HMAC-SHA256 (Wycheproof), ${name}`,
  file: "wycheproof/hmac_sha256_test.json",
  run: (text) => runWycheproof<MacCase>(text, (one, group) => holds(mac, one, group)),
}));

function holds(mac: Mac, { key, msg, tag }: MacCase, { tagSize = 256 }: WycheproofGroup<MacCase>): boolean {
  const whole = Buffer.from(mac(bytes(key), bytes(msg)));
  return whole.subarray(0, tagSize / 8).toString("hex") === tag;
}
