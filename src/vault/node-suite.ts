// The primitives by Node's crypto, for the server: keys are key objects, whose bytes lie outside the heap.

import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  type KeyObject,
} from "node:crypto";
import {
  type CipherKey,
  type CryptoSuite,
  keyBytes,
  type PrivateKey,
  tagBytes,
} from "../handshake/crypto-suite.ts";
import { isLowOrder } from "../handshake/low-order-points.ts";
import { assert } from "../value/assert.ts";
import { openAesGcm, sealAesGcm } from "./aes-gcm.ts";
import { hkdfSha256 } from "./hkdf.ts";

// The DER encodings around the 32 bytes of a key (RFC 8410, sections 4 and 7).
const privateHead = Buffer.from("302e020100300506032b656e04220420", "hex");
const publicHead = Buffer.from("302a300506032b656e032100", "hex");
/** A public key that may be agreed with: u is 9 (RFC 7748, section 4.1). */
const basePoint = Buffer.concat([Buffer.from([9]), Buffer.alloc(keyBytes - 1)]);

class NodePrivateKey implements PrivateKey {
  readonly publicKey: Uint8Array;
  readonly #secret: KeyObject;

  constructor(bytes: Uint8Array) {
    assert(bytes.length === keyBytes, "keys of X25519 have 32 bytes");
    const encoded = Buffer.concat([privateHead, bytes]);
    this.#secret = createPrivateKey({ key: encoded, format: "der", type: "pkcs8" });
    encoded.fill(0);
    const encodedPublic = createPublicKey(this.#secret).export({ format: "der", type: "spki" });
    this.publicKey = new Uint8Array(encodedPublic.subarray(publicHead.length));
  }

  get secret(): KeyObject {
    return this.#secret;
  }
}

class NodeCipherKey implements CipherKey {
  readonly bits = 256;
  readonly #secret: KeyObject;

  constructor(bytes: Uint8Array) {
    assert(bytes.length === keyBytes, "keys of AES-256-GCM have 32 bytes");
    this.#secret = createSecretKey(bytes);
  }

  get secret(): KeyObject {
    return this.#secret;
  }
}

export const nodeSuite: CryptoSuite = {
  sha256: (message) => plainBytes(createHash("sha256").update(message).digest()),
  hmacSha256: (key, message) => plainBytes(createHmac("sha256", key).update(message).digest()),
  hkdfSha256,
  privateKey: (bytes) => new NodePrivateKey(bytes),
  x25519(privateKey, publicKey) {
    assert(privateKey instanceof NodePrivateKey, "a private key comes from its suite");
    assert(publicKey.length === keyBytes, "keys of X25519 have 32 bytes");
    // What is refused takes as long as what is not: OpenSSL's exception would take a tenth of a millisecond more.
    const refused = isLowOrder(publicKey);
    const encoded = Buffer.concat([publicHead, refused ? basePoint : publicKey]);
    const peer = createPublicKey({ key: encoded, format: "der", type: "spki" });
    try {
      const shared = plainBytes(diffieHellman({ privateKey: privateKey.secret, publicKey: peer }));
      return refused ? null : shared;
    } catch {
      // Both keys are of X25519, so what OpenSSL refuses is a secret that is all zero; its code changes with its version.
      return null;
    }
  },
  cipherKey: (bytes) => new NodeCipherKey(bytes),
  seal(key, nonce, bound, plain) {
    const sealed = new Uint8Array(plain.length + tagBytes);
    sealAesGcm(secretOf(key), nonce, bound, plain, sealed, 0);
    return sealed;
  },
  open(key, nonce, bound, sealed) {
    const plain = openAesGcm(secretOf(key), nonce, bound, sealed);
    return plain === null ? null : plainBytes(plain);
  },
};

/** Not a Buffer, whose `slice` copies nothing; the same memory, because a copy may be left behind in the heap. */
function plainBytes({ buffer, byteOffset, length }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

function secretOf(key: CipherKey): KeyObject {
  assert(key instanceof NodeCipherKey, "a cipher key comes from its suite");
  return key.secret;
}
