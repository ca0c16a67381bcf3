// The vault on the engine's own key: data keys wrapped by it, values sealed by data keys.

import { createSecretKey, type KeyObject } from "node:crypto";
import type { Entropy } from "../ports/entropy.ts";
import type { DataKey, LookupField, NewDataKey, Place, Vault } from "../ports/vault.ts";
import { assert } from "../value/assert.ts";
import type { TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { nonceBytes, openAesGcm, sealAesGcm, tagBytes } from "./aes-gcm.ts";
import { associatedData } from "./associated-data.ts";
import { CipherPage } from "./cipher-page.ts";
import type { EngineKey } from "./engine-key.ts";
import { keyedHash } from "./keyed-hash.ts";
import { PooledEntropy } from "./pooled-entropy.ts";

// Sealed value: version 1 | id of the data key 8 | nonce 12 | text | tag 16.
// Wrapped key:  version 1 | id of the engine's key 8 | id of the data key 8 | nonce 12 | key 32 | tag 16.
const formatVersion = 1;
const keyIdBytes = 8;
const dataKeyBytes = 32;
const valueHeaderBytes = 1 + keyIdBytes + nonceBytes;
const wrapHeaderBytes = 1 + 2 * keyIdBytes + nonceBytes;
const wrappedBytes = wrapHeaderBytes + dataKeyBytes + tagBytes;

/** What sealing adds to a value, in bytes. */
export const sealingBytes = valueHeaderBytes + tagBytes;

class HeldKey implements DataKey {
  readonly id: string;
  readonly #idBytes: Uint8Array;
  readonly #secret: KeyObject;

  constructor(idBytes: Uint8Array, bytes: Uint8Array) {
    this.id = Buffer.from(idBytes).toString("hex");
    this.#idBytes = idBytes;
    this.#secret = createSecretKey(bytes);
    bytes.fill(0);
  }

  get idBytes(): Uint8Array {
    return this.#idBytes;
  }

  get secret(): KeyObject {
    return this.#secret;
  }
}

export class EngineVault implements Vault {
  readonly #engineKey: EngineKey;
  readonly #entropy: Entropy;
  readonly #page = new CipherPage();

  constructor(engineKey: EngineKey, entropy: Entropy = new PooledEntropy()) {
    this.#engineKey = engineKey;
    this.#entropy = entropy;
  }

  createKey(place: Place): NewDataKey {
    const id = this.#entropy.bytes(keyIdBytes);
    const bytes = this.#entropy.bytes(dataKeyBytes);
    const nonce = this.#entropy.bytes(nonceBytes);
    const wrapped = this.#page.take(wrappedBytes);
    wrapped[0] = formatVersion;
    wrapped.set(this.#engineKey.id, 1);
    wrapped.set(id, 1 + keyIdBytes);
    wrapped.set(nonce, 1 + 2 * keyIdBytes);
    const bound = associatedData("key", place, this.#engineKey.id, id);
    sealAesGcm(this.#engineKey.wrapKey, nonce, bound, bytes, wrapped, wrapHeaderBytes);
    return { key: new HeldKey(id, bytes), wrapped };
  }

  unwrapKey(place: Place, wrapped: Uint8Array): DataKey {
    if (wrapped.length !== wrappedBytes || wrapped[0] !== formatVersion) throw damaged(place);
    const engineKeyId = wrapped.subarray(1, 1 + keyIdBytes);
    if (!equalBytes(engineKeyId, this.#engineKey.id)) throw locked(place);
    const id = wrapped.slice(1 + keyIdBytes, 1 + 2 * keyIdBytes);
    const nonce = wrapped.subarray(1 + 2 * keyIdBytes, wrapHeaderBytes);
    const bound = associatedData("key", place, engineKeyId, id);
    const bytes = openAesGcm(this.#engineKey.wrapKey, nonce, bound, wrapped.subarray(wrapHeaderBytes));
    if (bytes === null) throw damaged(place);
    return new HeldKey(id, bytes);
  }

  seal(key: DataKey, place: Place, plain: Uint8Array): Uint8Array {
    const held = asHeld(key);
    const nonce = this.#entropy.bytes(nonceBytes);
    const sealed = this.#page.take(sealingBytes + plain.length);
    sealed[0] = formatVersion;
    sealed.set(held.idBytes, 1);
    sealed.set(nonce, 1 + keyIdBytes);
    const bound = associatedData("value", place, held.idBytes);
    sealAesGcm(held.secret, nonce, bound, plain, sealed, valueHeaderBytes);
    return sealed;
  }

  open(key: DataKey, place: Place, sealed: Uint8Array): Uint8Array {
    const held = asHeld(key);
    if (sealed.length < sealingBytes || sealed[0] !== formatVersion) throw damaged(place);
    if (!equalBytes(sealed.subarray(1, 1 + keyIdBytes), held.idBytes)) throw damaged(place);
    const nonce = sealed.subarray(1 + keyIdBytes, valueHeaderBytes);
    const bound = associatedData("value", place, held.idBytes);
    const plain = openAesGcm(held.secret, nonce, bound, sealed.subarray(valueHeaderBytes));
    if (plain === null) throw damaged(place);
    return plain;
  }

  hash(tenant: TenantId, field: LookupField, text: string): Uint8Array {
    return keyedHash(this.#engineKey.lookupKey, [tenant, field, text]);
  }
}

function asHeld(key: DataKey): HeldKey {
  assert(key instanceof HeldKey, "a data key comes from this vault");
  return key;
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function damaged(place: Place): DispatchedError {
  return new DispatchedError(
    "sealed_data_damaged",
    `A sealed value (${where(place)}) does not open: it was altered or moved.`,
  );
}

function locked(place: Place): DispatchedError {
  return new DispatchedError("locked", `The key that wrapped a data key (${where(place)}) is not at hand.`, {
    hint: "Start the engine with the key file that these data were sealed with.",
  });
}

/** Without the row: it may be a name, and errors are logged. */
function where(place: Place): string {
  return `${place.table}.${place.column} version ${place.version}`;
}
