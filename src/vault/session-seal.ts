// A tenant's wrapping key as a session keeps it: opened by the session's token with the engine's key, by neither alone.

import type { KeyObject } from "node:crypto";
import { joinFields } from "../handshake/join-fields.ts";
import type { KeyOwner } from "../handshake/tenant-keys.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { SealedSession, SessionTerms } from "../ports/vault.ts";
import { nonceBytes, openAesGcm, sealAesGcm, tagBytes } from "./aes-gcm.ts";
import type { EpochKey } from "./engine-key.ts";
import type { EngineKeys } from "./engine-keys.ts";
import { deriveKey } from "./hkdf.ts";
import { keyIdBytes } from "./wrap-key.ts";

// Id of the engine's key 8 | nonce 12 | wrapping key 32 | tag 16.
const headerBytes = keyIdBytes + nonceBytes;
const wrappingKeyBytes = 32;
const sessionBytes = headerBytes + wrappingKeyBytes + tagBytes;

export class SessionSeal {
  readonly #engineKeys: EngineKeys;

  constructor(engineKeys: EngineKeys) {
    this.#engineKeys = engineKeys;
  }

  /** Under the current epoch of the engine's key. @param wrappingKey 32 bytes */
  seal(entropy: Entropy, owner: KeyOwner, terms: SessionTerms, wrappingKey: Uint8Array): SealedSession {
    const epoch = this.#engineKeys.current;
    const epochKey = this.#engineKeys.key(epoch);
    const nonce = entropy.bytes(nonceBytes);
    const sealed = new Uint8Array(sessionBytes);
    sealed.set(epochKey.id, 0);
    sealed.set(nonce, keyIdBytes);
    const key = keyOf(epochKey, terms.token);
    sealAesGcm(key, nonce, boundTo(owner, terms, epochKey.id), wrappingKey, sealed, headerBytes);
    return { sealed, epoch };
  }

  /** Null for another token, end, tenant or generation, and when the engine's key has moved on. */
  open(owner: KeyOwner, terms: SessionTerms, sealed: Uint8Array): Uint8Array | null {
    if (sealed.length !== sessionBytes) return null;
    const epochKey = this.#engineKeys.byId(sealed.subarray(0, keyIdBytes));
    if (epochKey === null) return null;
    const nonce = sealed.subarray(keyIdBytes, headerBytes);
    const bound = boundTo(owner, terms, epochKey.id);
    return openAesGcm(keyOf(epochKey, terms.token), nonce, bound, sealed.subarray(headerBytes));
  }
}

/** HKDF-SHA256 (RFC 5869) of the token, followed by 32 bytes that are derived from the engine's key. */
function keyOf({ sessionKey }: EpochKey, token: string): KeyObject {
  const own = sessionKey.export();
  const secret = Buffer.concat([Buffer.from(token), own]);
  const key = deriveKey(secret, "engine", "session");
  own.fill(0);
  secret.fill(0);
  return key;
}

function boundTo(
  { tenant, generation }: KeyOwner,
  { expiresAt }: SessionTerms,
  epochKeyId: Uint8Array,
): Uint8Array {
  return joinFields("dispatched/v1/session", tenant, generation, expiresAt, epochKeyId);
}
