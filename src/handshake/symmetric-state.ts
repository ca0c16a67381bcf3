// What a Noise handshake mixes up (Noise revision 34, sections 5.1 and 5.2), for AESGCM and SHA256.

import { assert } from "../value/assert.ts";
import { concat } from "./concat.ts";
import { type CipherKey, type CryptoSuite, keyBytes, nonceBytes } from "./crypto-suite.ts";

const encoder = new TextEncoder();
const nothing = new Uint8Array(0);

/** The nonce of AESGCM: 32 zero bits and the counter, 64 bits big-endian (section 12.4). */
export function noiseNonce(counter: number): Uint8Array {
  const nonce = new Uint8Array(nonceBytes);
  new DataView(nonce.buffer).setBigUint64(nonceBytes - 8, BigInt(counter));
  return nonce;
}

/** One side's state. Opened when a handshake begins and of no more use after `split`. */
export class SymmetricState {
  readonly #suite: CryptoSuite;
  #chainingKey: Uint8Array;
  #hash: Uint8Array;
  #key: CipherKey | null = null;
  #counter = 0;

  /** InitializeSymmetric, then MixHash of the prologue. @param protocolName of at most 32 bytes */
  constructor(suite: CryptoSuite, protocolName: string, prologue: Uint8Array) {
    const name = encoder.encode(protocolName);
    assert(name.length <= keyBytes, "a longer name would have to be hashed");
    this.#suite = suite;
    this.#hash = concat(name, new Uint8Array(keyBytes - name.length));
    this.#chainingKey = this.#hash.slice();
    this.mixHash(prologue);
  }

  /** The hash of all that was said so far; both sides have the same. */
  get hash(): Uint8Array {
    return this.#hash;
  }

  mixHash(data: Uint8Array): void {
    this.#hash = this.#suite.sha256(concat(this.#hash, data));
  }

  /**
   * MixKey. The HKDF of Noise (section 4.3) is that of RFC 5869 with the chaining key as salt and no info.
   * @param secret erased afterwards
   */
  mixKey(secret: Uint8Array): void {
    const derived = this.#suite.hkdfSha256(secret, this.#chainingKey, nothing, 2 * keyBytes);
    this.#chainingKey.fill(0);
    this.#chainingKey = derived.slice(0, keyBytes);
    this.#key = this.#suite.cipherKey(derived.subarray(keyBytes));
    this.#counter = 0;
    secret.fill(0);
    derived.fill(0);
  }

  encryptAndHash(plain: Uint8Array): Uint8Array {
    const sealed = this.#suite.seal(this.#cipherKey(), noiseNonce(this.#counter++), this.#hash, plain);
    this.mixHash(sealed);
    return sealed;
  }

  /** Null when it does not open. The state goes on all the same, so that a refusal can do the work of a success. */
  decryptAndHash(sealed: Uint8Array): Uint8Array | null {
    const plain = this.#suite.open(this.#cipherKey(), noiseNonce(this.#counter++), this.#hash, sealed);
    this.mixHash(sealed);
    return plain;
  }

  /** Split: the keys of the initiator's messages and of the responder's, 32 bytes each. */
  split(): readonly [Uint8Array, Uint8Array] {
    const derived = this.#suite.hkdfSha256(nothing, this.#chainingKey, nothing, 2 * keyBytes);
    this.#chainingKey.fill(0);
    return [derived.slice(0, keyBytes), derived.slice(keyBytes)];
  }

  #cipherKey(): CipherKey {
    assert(this.#key !== null, "a pattern mixes a key before it encrypts");
    return this.#key;
  }
}
