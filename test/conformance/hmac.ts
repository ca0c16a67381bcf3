// Wycheproof's HMAC-SHA256 cases through the function behind every keyed hash.

import { createSecretKey } from "node:crypto";
import { hmacSha256 } from "../../src/vault/keyed-hash.ts";
import type { Suite } from "./suite.ts";
import { bytes, runWycheproof, type WycheproofGroup } from "./wycheproof.ts";

interface MacCase {
  readonly key: string;
  readonly msg: string;
  readonly tag: string;
}

export const hmac: Suite = {
  name: "HMAC-SHA256 (Wycheproof)",
  file: "wycheproof/hmac_sha256_test.json",
  run: (text) => runWycheproof(text, holds),
};

function holds({ key, msg, tag }: MacCase, { tagSize = 256 }: WycheproofGroup<MacCase>): boolean {
  const whole = Buffer.from(hmacSha256(createSecretKey(bytes(key)), bytes(msg)));
  return whole.subarray(0, tagSize / 8).toString("hex") === tag;
}
