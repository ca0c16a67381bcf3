// Data keys wrapped by other keys: the engine's, a tenant's, or that of the run at the top.

import { type KeyObject, timingSafeEqual } from "node:crypto";
import type { PrivateKey } from "../handshake/crypto-suite.ts";
import { openWith, sealTo, sealToBytes } from "../handshake/seal-to.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { Place } from "../ports/vault.ts";
import { assert } from "../value/assert.ts";
import { nonceBytes, openAesGcm, sealAesGcm, tagBytes } from "./aes-gcm.ts";
import { associatedData } from "./associated-data.ts";
import type { CipherPage } from "./cipher-page.ts";
import type { HeldKey } from "./held-key.ts";
import { hmacSha256, keyedHashBytes } from "./keyed-hash.ts";
import type { SealKey } from "./keyring.ts";
import { nodeSuite } from "./node-suite.ts";

/** By what a key was wrapped, or derived: the first byte of the wrap. */
export const wrapKind = { engine: 1, tenant: 2, sealed: 3, root: 4, derived: 5 } as const;

export const keyIdBytes = 8;
export const dataKeyBytes = 32;
const headerBytes = 1 + 2 * keyIdBytes + nonceBytes;
/** Kind 1 | id of the wrapping key 8 | id of the data key 8 | nonce 12 | key 32 | tag 16. */
const wrapBytes = headerBytes + dataKeyBytes + tagBytes;
/** Kind 1 | id of the seal key 8 | id of the data key 8 | encapsulated key 32 | key 32 | tag 16 | code 16. */
const sealedBytes = 1 + 2 * keyIdBytes + sealToBytes + dataKeyBytes + keyedHashBytes;
/** Kind 1 | id of the engine's key 8 | id of the data key 8 | salt 32 | check 16. */
export const derivedBytes = 1 + 2 * keyIdBytes + 32 + 16;
const info = new TextEncoder().encode("dispatched/v1/key");

export interface WrappingKey {
  /** 8 bytes. */
  readonly id: Uint8Array;
  readonly key: KeyObject;
}

/** `wrapped` parted, nothing of it checked. */
export interface Wrap {
  readonly kind: number;
  readonly wrappingId: Uint8Array;
  readonly id: Uint8Array;
  readonly bytes: Uint8Array;
}

export class KeyWrapper {
  readonly #entropy: Entropy;
  readonly #page: CipherPage;
  readonly #sealCodeKey: KeyObject;

  constructor(entropy: Entropy, page: CipherPage, sealCodeKey: KeyObject) {
    this.#entropy = entropy;
    this.#page = page;
    this.#sealCodeKey = sealCodeKey;
  }

  /** @param bytes of the data key; they stay as they are */
  wrap(kind: number, { id, key }: WrappingKey, place: Place, dataKeyId: Uint8Array, bytes: Uint8Array) {
    const nonce = this.#entropy.bytes(nonceBytes);
    const wrapped = this.#page.take(wrapBytes);
    wrapped[0] = kind;
    wrapped.set(id, 1);
    wrapped.set(dataKeyId, 1 + keyIdBytes);
    wrapped.set(nonce, 1 + 2 * keyIdBytes);
    sealAesGcm(key, nonce, associatedData("key", place, id, dataKeyId), bytes, wrapped, headerBytes);
    return wrapped;
  }

  /** A key that is held, wrapped by another key. */
  wrapHeld(kind: number, wrapping: WrappingKey, place: Place, held: HeldKey): Uint8Array {
    const bytes = held.secret.export();
    const wrapped = this.wrap(kind, wrapping, place, held.idBytes, bytes);
    bytes.fill(0);
    return wrapped;
  }

  /**
   * The bytes of a data key, sealed to a tenant who is not signed in (RFC 9180, section 6.1). Anybody can seal to a key that
   * is public: the code says that it was this engine.
   */
  sealTo({ id, publicKey }: SealKey, place: Place, dataKeyId: Uint8Array, bytes: Uint8Array): Uint8Array {
    const bound = associatedData("key", place, id, dataKeyId);
    const sealed = sealTo(nodeSuite, this.#entropy, publicKey, info, bound, bytes);
    assert(sealed !== null, "a seal key is no point of low order");
    const wrapped = Buffer.concat([Uint8Array.of(wrapKind.sealed), id, dataKeyId, sealed]);
    return Buffer.concat([wrapped, this.#codeOf(bound, wrapped)]);
  }

  /** As `unwrap`, for what `sealTo` gave. */
  openSealed({ wrappingId, id, bytes }: Wrap, key: PrivateKey, place: Place): Uint8Array | null {
    const bound = associatedData("key", place, wrappingId, id);
    const end = bytes.length - keyedHashBytes;
    if (!timingSafeEqual(this.#codeOf(bound, bytes.subarray(0, end)), bytes.subarray(end))) return null;
    return openWith(nodeSuite, key, info, bound, bytes.subarray(1 + 2 * keyIdBytes, end));
  }

  #codeOf(bound: Uint8Array, wrapped: Uint8Array): Uint8Array {
    return hmacSha256(this.#sealCodeKey, Buffer.concat([bound, wrapped])).subarray(0, keyedHashBytes);
  }

  /** The bytes of the data key; null when the wrap was altered or moved. */
  unwrap({ wrappingId, id, bytes }: Wrap, key: KeyObject, place: Place): Uint8Array | null {
    const nonce = bytes.subarray(1 + 2 * keyIdBytes, headerBytes);
    const bound = associatedData("key", place, wrappingId, id);
    return openAesGcm(key, nonce, bound, bytes.subarray(headerBytes));
  }
}

/** What is kept for ever: for the tenant and, of a child, under the key of the run at the top. */
export interface KeptWraps {
  readonly forTenant: Wrap;
  readonly underRoot: Wrap | null;
}

/** Null for what has another length or another kind of wrap. */
export function partWraps(key: Uint8Array): KeptWraps | null {
  const kind = key[0];
  if (kind !== wrapKind.tenant && kind !== wrapKind.sealed) return null;
  const end = kind === wrapKind.tenant ? wrapBytes : sealedBytes;
  if (key.length !== end && key.length !== end + wrapBytes) return null;
  const forTenant = wrapOf(key.subarray(0, end));
  const underRoot = key.length === end ? null : wrapOf(key.subarray(end));
  return underRoot !== null && underRoot.kind !== wrapKind.root ? null : { forTenant, underRoot };
}

/** What the engine opens by itself: null for what has another length or another kind. */
export function partLive(bytes: Uint8Array): Wrap | null {
  const size = bytes[0] === wrapKind.engine ? wrapBytes : bytes[0] === wrapKind.derived ? derivedBytes : 0;
  return size > 0 && bytes.length === size ? wrapOf(bytes) : null;
}

function wrapOf(bytes: Uint8Array): Wrap {
  return {
    kind: bytes[0] as number,
    wrappingId: bytes.subarray(1, 1 + keyIdBytes),
    id: bytes.slice(1 + keyIdBytes, 1 + 2 * keyIdBytes),
    bytes,
  };
}
