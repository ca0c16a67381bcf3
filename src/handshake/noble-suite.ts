// The primitives by noble: audited, synchronous, the same code in browsers and on the command line.

import { gcm } from "@noble/ciphers/aes.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { assert } from "../value/assert.ts";
import {
  type CipherKey,
  type CryptoSuite,
  keyBytes,
  nonceBytes,
  type PrivateKey,
  tagBytes,
} from "./crypto-suite.ts";

class NoblePrivateKey implements PrivateKey {
  readonly publicKey: Uint8Array;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    assert(bytes.length === keyBytes, "keys of X25519 have 32 bytes");
    // Not `slice`, which copies nothing when the bytes are a Buffer.
    this.#bytes = new Uint8Array(bytes);
    // The ladder: noble's own way makes a table first, which costs 40 ms and pays after some twenty keys.
    this.publicKey = x25519.scalarMult(this.#bytes, x25519.GuBytes);
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }
}

class NobleCipherKey implements CipherKey {
  readonly bits = 256;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    assert(bytes.length === keyBytes, "keys of AES-256-GCM have 32 bytes");
    // Not `slice`, which copies nothing when the bytes are a Buffer.
    this.#bytes = new Uint8Array(bytes);
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }
}

export const nobleSuite: CryptoSuite = {
  sha256: (message) => sha256(message),
  hmacSha256: (key, message) => hmac(sha256, key, message),
  hkdfSha256: (secret, salt, info, size) => hkdf(sha256, secret, salt, info, size),
  privateKey: (bytes) => new NoblePrivateKey(bytes),
  x25519(privateKey, publicKey) {
    assert(privateKey instanceof NoblePrivateKey, "a private key comes from its suite");
    assert(publicKey.length === keyBytes, "keys of X25519 have 32 bytes");
    try {
      return x25519.getSharedSecret(privateKey.bytes, publicKey);
    } catch {
      // With sizes that are right, noble refuses nothing but points of low order.
      return null;
    }
  },
  cipherKey: (bytes) => new NobleCipherKey(bytes),
  seal(key, nonce, bound, plain) {
    return cipher(key, nonce, bound).encrypt(plain);
  },
  open(key, nonce, bound, sealed) {
    const opened = cipher(key, nonce, bound);
    if (sealed.length < tagBytes) return null;
    try {
      return opened.decrypt(sealed);
    } catch {
      return null;
    }
  },
};

function cipher(key: CipherKey, nonce: Uint8Array, bound: Uint8Array) {
  assert(key instanceof NobleCipherKey, "a cipher key comes from its suite");
  assert(nonce.length === nonceBytes, "nonces of AES-256-GCM have 12 bytes");
  return gcm(key.bytes, nonce, bound);
}
