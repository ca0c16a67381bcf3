// The wrapping key of the generation before, sealed under the current one until a rotation is over.

import { createSecretKey, type KeyObject } from "node:crypto";
import { joinFields } from "../handshake/join-fields.ts";
import { type KeyOwner, previousKeyOf } from "../handshake/tenant-keys.ts";
import { nonceBytes, openAesGcm, sealAesGcm, tagBytes } from "./aes-gcm.ts";
import { nodeSuite } from "./node-suite.ts";

const wrappingKeyBytes = 32;
/** Nonce 12 | wrapping key 32 | tag 16. */
const sealedBytes = nonceBytes + wrappingKeyBytes + tagBytes;

/** @param owner of the current generation, whose key is `wrappingKey`; the one before is that of `old` */
export function sealPrevious(
  nonce: Uint8Array,
  owner: KeyOwner,
  wrappingKey: Uint8Array,
  old: Uint8Array,
): Uint8Array {
  const sealed = new Uint8Array(sealedBytes);
  sealed.set(nonce, 0);
  sealAesGcm(keyOf(owner, wrappingKey), nonce, boundTo(owner, owner.generation - 1), old, sealed, nonceBytes);
  return sealed;
}

/** Null when it was altered, or is of another tenant or other generations. */
export function openPrevious(
  owner: KeyOwner,
  generation: number,
  wrappingKey: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | null {
  if (sealed.length !== sealedBytes) return null;
  const bound = boundTo(owner, generation);
  const nonce = sealed.subarray(0, nonceBytes);
  return openAesGcm(keyOf(owner, wrappingKey), nonce, bound, sealed.subarray(nonceBytes));
}

function keyOf(owner: KeyOwner, wrappingKey: Uint8Array): KeyObject {
  const bytes = previousKeyOf(nodeSuite, wrappingKey, owner);
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

function boundTo({ tenant, generation }: KeyOwner, before: number): Uint8Array {
  return joinFields("dispatched/v1/previous", tenant, generation, before);
}
