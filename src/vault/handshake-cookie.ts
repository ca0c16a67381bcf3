// What the server remembers between the two calls of a handshake: it travels with the device, sealed.

import type { KeyObject } from "node:crypto";
import { concat } from "../handshake/concat.ts";
import { type CipherKey, type CryptoSuite, keyBytes, nonceBytes } from "../handshake/crypto-suite.ts";
import { joinFields, numberOfField, splitFields } from "../handshake/join-fields.ts";
import { asPurpose, type Purpose } from "../handshake/prologue.ts";
import type { KeyOwner } from "../handshake/tenant-keys.ts";
import { savedBytes } from "../handshake/transport-state.ts";
import type { TenantId } from "../value/id.ts";
import { hkdfSha256 } from "./hkdf.ts";

// A cookie: version 2 | salt 32 | encrypted fields | tag 16.
const formatVersion = 2;
const saltBytes = 32;
const headerBytes = 1 + saltBytes;

/** Of the handshake's own name, in bytes. */
export const jtiBytes = 16;

export interface HandshakeCookie {
  readonly owner: KeyOwner;
  /** SHA-256 of the API key with which it began. */
  readonly apiKey: Uint8Array;
  readonly purpose: Purpose;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly jti: Uint8Array;
  /** The transport state after message 2, saved. */
  readonly transport: Uint8Array;
}

/** @param salt 32 random bytes */
export function sealCookie(
  suite: CryptoSuite,
  secret: KeyObject,
  salt: Uint8Array,
  cookie: HandshakeCookie,
): Uint8Array {
  const { owner, apiKey, purpose, expiresAt, jti, transport } = cookie;
  const header = concat(Uint8Array.of(formatVersion), salt);
  const plain = joinFields(owner.tenant, owner.generation, apiKey, purpose, expiresAt, jti, transport);
  const { key, nonce } = keyOf(suite, secret, salt);
  const sealed = concat(header, suite.seal(key, nonce, header, plain));
  plain.fill(0);
  return sealed;
}

/** Null when it was altered or sealed by another secret; it does the same work then. Expiry is the caller's to judge. */
export function openCookie(
  suite: CryptoSuite,
  secret: KeyObject,
  sealed: Uint8Array,
): HandshakeCookie | null {
  const header = concat(sealed.subarray(0, headerBytes), new Uint8Array(headerBytes)).slice(0, headerBytes);
  const { key, nonce } = keyOf(suite, secret, header.subarray(1));
  const plain = suite.open(key, nonce, header, sealed.subarray(headerBytes));
  return plain === null || header[0] !== formatVersion ? null : readFields(plain);
}

function readFields(plain: Uint8Array): HandshakeCookie | null {
  const fields = splitFields(plain);
  plain.fill(0);
  if (fields?.length !== 7) return null;
  const [tenant, count, apiKey, name, expiry, jti, transport] = fields as readonly [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const [generation, expiresAt] = [numberOfField(count), numberOfField(expiry)];
  const purpose = asPurpose(Buffer.from(name).toString());
  if (generation === null || expiresAt === null || purpose === null) return null;
  if (jti.length !== jtiBytes || transport.length !== savedBytes) return null;
  const owner = { tenant: Buffer.from(tenant).toString() as TenantId, generation };
  return { owner, apiKey, purpose, expiresAt, jti, transport };
}

/** A key of its own for each cookie, so that no number of handshakes wears the secret out. */
function keyOf(
  suite: CryptoSuite,
  secret: KeyObject,
  salt: Uint8Array,
): { readonly key: CipherKey; readonly nonce: Uint8Array } {
  const derived = hkdfSha256(secret, salt, Buffer.from("dispatched/v1/cookie"), keyBytes + nonceBytes);
  const key = suite.cipherKey(derived.subarray(0, keyBytes));
  derived.fill(0, 0, keyBytes);
  return { key, nonce: derived.subarray(keyBytes) };
}
