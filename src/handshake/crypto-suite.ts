// The primitives of the protocol, as an interface: one set, never negotiated, made real by noble and by Node.

export const keyBytes = 32;
export const nonceBytes = 12;
export const tagBytes = 16;

/** A private key of X25519 (RFC 7748, section 5), opaque to everyone but the suite that made it. */
export interface PrivateKey {
  /** Its public key, 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** A 256-bit key of AES-GCM, opaque to everyone but the suite that made it. */
export interface CipherKey {
  readonly bits: 256;
}

/** Synchronous, because it only computes. Arguments of another size than told are broken invariants. */
export interface CryptoSuite {
  /** 32 bytes (FIPS 180-4). */
  sha256(message: Uint8Array): Uint8Array;
  /** 32 bytes (RFC 2104). */
  hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array;
  /** `size` bytes, 1 to 255 × 32 (RFC 5869, sections 2.2 and 2.3). */
  hkdfSha256(secret: Uint8Array, salt: Uint8Array, info: Uint8Array, size: number): Uint8Array;
  /** @param bytes 32, any; clamped when used (RFC 7748, section 5) */
  privateKey(bytes: Uint8Array): PrivateKey;
  /**
   * The shared secret, 32 bytes (RFC 7748, section 6.1); null when it is all zero, which is when `publicKey` is a point
   * of low order and the secret therefore none. Encodings beyond the prime are taken, as section 5 says.
   * @param publicKey 32 bytes
   */
  x25519(privateKey: PrivateKey, publicKey: Uint8Array): Uint8Array | null;
  /** @param bytes 32; they may be erased afterwards */
  cipherKey(bytes: Uint8Array): CipherKey;
  /**
   * AES-256-GCM (NIST SP 800-38D): the encrypted text and its tag of 16 bytes.
   * @param nonce 12 bytes, never used twice with this key
   * @param bound what the text is bound to (associated data)
   */
  seal(key: CipherKey, nonce: Uint8Array, bound: Uint8Array, plain: Uint8Array): Uint8Array;
  /** What `seal` made, decrypted; null when anything of it was altered or cut. Shorter tags do not open. */
  open(key: CipherKey, nonce: Uint8Array, bound: Uint8Array, sealed: Uint8Array): Uint8Array | null;
}

/** The public key of 32 bytes of private key (RFC 7748, section 6.1). */
export function publicKeyOf(suite: CryptoSuite, bytes: Uint8Array): Uint8Array {
  return suite.privateKey(bytes).publicKey;
}
