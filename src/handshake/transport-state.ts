// What is left of a Noise handshake (section 5.1, CipherState): two keys and their counters.

import { assert } from "../value/assert.ts";
import { secretCopy } from "../value/secret-bytes.ts";
import { concat } from "./concat.ts";
import { type CryptoSuite, keyBytes, tagBytes } from "./crypto-suite.ts";
import { noiseNonce } from "./symmetric-state.ts";

const nothing = new Uint8Array(0);

/** Of one message, tag included, in bytes (section 3). */
export const noiseMessageBytesMax = 65_535;

/** The bytes that `save` gives. */
export const savedBytes = 2 * keyBytes;

/** One side's end of the channel. A message that does not open leaves it as it was. */
export class TransportState {
  readonly #suite: CryptoSuite;
  readonly #sendKey: Uint8Array;
  readonly #receiveKey: Uint8Array;
  #sent = 0;
  #received = 0;

  constructor(suite: CryptoSuite, sendKey: Uint8Array, receiveKey: Uint8Array) {
    this.#suite = suite;
    this.#sendKey = sendKey;
    this.#receiveKey = receiveKey;
  }

  /** EncryptWithAd without associated data. More than 65,519 bytes are a broken invariant. */
  seal(plain: Uint8Array): Uint8Array {
    assert(plain.length + tagBytes <= noiseMessageBytesMax, "a message of Noise has at most 65,535 bytes");
    const key = this.#suite.cipherKey(this.#sendKey);
    return this.#suite.seal(key, noiseNonce(this.#sent++), nothing, plain);
  }

  /** DecryptWithAd without associated data; null when it does not open. */
  open(sealed: Uint8Array): Uint8Array | null {
    if (sealed.length > noiseMessageBytesMax) return null;
    const key = this.#suite.cipherKey(this.#receiveKey);
    const plain = this.#suite.open(key, noiseNonce(this.#received), nothing, sealed);
    if (plain !== null) this.#received += 1;
    return plain;
  }

  /**
   * 64 bytes: the key to send with, the key to receive with. Only of a state that has sent and received nothing: a
   * counter that was set back would use a nonce twice. For the same reason whoever restores it must see to it that only
   * one restored state ever sends.
   */
  save(): Uint8Array {
    assert(this.#sent === 0 && this.#received === 0, "only a fresh state is saved");
    return concat(this.#sendKey, this.#receiveKey);
  }

  /** Erases the keys; the state is of no more use. */
  erase(): void {
    this.#sendKey.fill(0);
    this.#receiveKey.fill(0);
  }

  /** @param saved what `save` gave */
  static restore(suite: CryptoSuite, saved: Uint8Array): TransportState {
    assert(saved.length === savedBytes, "a saved state has 64 bytes");
    return new TransportState(
      suite,
      secretCopy(saved.subarray(0, keyBytes)),
      secretCopy(saved.subarray(keyBytes)),
    );
  }
}
