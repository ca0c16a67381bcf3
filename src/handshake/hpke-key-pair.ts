// The key pair that HPKE derives from a secret (RFC 9180, section 7.1.3).

import { type CryptoSuite, keyBytes, type PrivateKey } from "./crypto-suite.ts";
import { kemSuiteId, labeledExpand, labeledExtract } from "./hpke-labels.ts";

export interface HpkeKeyPair {
  readonly privateKey: PrivateKey;
  /** The private key's 32 bytes, for who has to keep them; erase them when they are not needed. */
  readonly bytes: Uint8Array;
}

const nothing = new Uint8Array(0);

/** DeriveKeyPair of DHKEM(X25519, HKDF-SHA256). @param secret at least 32 bytes that nobody can guess */
export function deriveKeyPair(suite: CryptoSuite, secret: Uint8Array): HpkeKeyPair {
  const extracted = labeledExtract(suite, kemSuiteId, nothing, "dkp_prk", secret);
  const bytes = labeledExpand(suite, kemSuiteId, extracted, "sk", nothing, keyBytes);
  extracted.fill(0);
  return { privateKey: suite.privateKey(bytes), bytes };
}
