// The vault: data keys wrapped for tenants and for the engine, values sealed by data keys.

import type { MacAlgorithm } from "../language/workflow.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { EpochKeys } from "../ports/epoch-keys.ts";
import type {
  DataKey,
  KeptKey,
  LookupField,
  NewDataKey,
  Place,
  SealedSession,
  SessionTerms,
  TenantKeys,
  Vault,
} from "../ports/vault.ts";
import type { TenantId } from "../value/id.ts";
import { nonceBytes, openAesGcm, sealAesGcm, tagBytes } from "./aes-gcm.ts";
import { associatedData } from "./associated-data.ts";
import { CipherPage } from "./cipher-page.ts";
import type { EngineKeys } from "./engine-keys.ts";
import { asHeld, HeldKey } from "./held-key.ts";
import { deriveKey } from "./hkdf.ts";
import { isMac } from "./is-mac.ts";
import { hmacSha256, keyedHash, keyedHashBytes } from "./keyed-hash.ts";
import { Keyring, type OpenKeys } from "./keyring.ts";
import { PooledEntropy } from "./pooled-entropy.ts";
import { SessionSeal } from "./session-seal.ts";
import { damaged, locked } from "./vault-error.ts";
import {
  dataKeyBytes,
  KeyWrapper,
  keyIdBytes,
  partWrap,
  partWraps,
  type Wrap,
  type WrappingKey,
  wrapKind,
} from "./wrap-key.ts";

// Sealed value: version 1 | id of the data key 8 | nonce 12 | text | tag 16.
const formatVersion = 1;
const valueHeaderBytes = 1 + keyIdBytes + nonceBytes;

/** What sealing adds to a value, in bytes. */
export const sealingBytes = valueHeaderBytes + tagBytes;

export class EngineVault implements Vault {
  readonly #engineKeys: EngineKeys;
  readonly #entropy: Entropy;
  readonly #page = new CipherPage();
  readonly #wrapper: KeyWrapper;
  readonly #keyring: Keyring;

  constructor(engineKeys: EngineKeys, entropy: Entropy = new PooledEntropy()) {
    this.#engineKeys = engineKeys;
    this.#entropy = entropy;
    this.#wrapper = new KeyWrapper(entropy, this.#page);
    this.#keyring = new Keyring(entropy, new SessionSeal(engineKeys));
  }

  admit(tenant: TenantId, keys: TenantKeys): void {
    this.#keyring.admit(tenant, keys);
  }

  knows(tenant: TenantId): boolean {
    return this.#keyring.sealKey(tenant) !== null;
  }

  unlock(tenant: TenantId, keys: TenantKeys, wrappingKey: Uint8Array): TenantKeys {
    return this.#keyring.unlock(tenant, keys, wrappingKey);
  }

  lock(tenant: TenantId): void {
    this.#keyring.lock(tenant);
  }

  isOpen(tenant: TenantId): boolean {
    return this.#keyring.openKeys(tenant) !== null;
  }

  openTenants(): readonly TenantId[] {
    return this.#keyring.openTenants();
  }

  sealSession(tenant: TenantId, terms: SessionTerms): SealedSession {
    return this.#keyring.sealSession(tenant, terms);
  }

  unlockBySession(tenant: TenantId, keys: TenantKeys, terms: SessionTerms, sealed: Uint8Array): boolean {
    return this.#keyring.unlockBySession(tenant, keys, terms, sealed);
  }

  createKey(
    place: Place,
    { live = false, under = null }: { readonly live?: boolean; readonly under?: DataKey | null } = {},
  ): NewDataKey {
    const id = this.#entropy.bytes(keyIdBytes);
    const bytes = this.#entropy.bytes(dataKeyBytes);
    const forEngine = live ? this.#wrapper.wrap(wrapKind.engine, this.#ofEngine(), place, id, bytes) : null;
    const kept = { key: this.#wrapForEver(place, id, bytes, under), live: forEngine };
    return { key: new HeldKey(id, bytes), kept };
  }

  /** By whatever is at hand; what the tenant's own keys open is not opened by the engine's. */
  unwrapKey(place: Place, kept: KeptKey, under: DataKey | null = null): DataKey {
    const parts = partWraps(kept.key);
    if (parts === null) throw damaged(place);
    const open = this.#keyring.openKeys(place.tenant);
    const forTenant = open === null ? null : this.#unwrapForTenant(place, parts.forTenant, open);
    if (forTenant !== null) return forTenant;
    if (under !== null) return this.#unwrapUnder(place, parts.underRoot, under);
    if (kept.live === null) throw locked(place);
    const live = partWrap(kept.live);
    if (live === null || live.kind !== wrapKind.engine) throw damaged(place);
    const engineKey = this.#engineKeys.byId(live.wrappingId);
    if (engineKey === null) throw locked(place);
    return held(place, live.id, this.#wrapper.unwrap(live, engineKey.wrapKey, place));
  }

  wrapLive(place: Place, key: DataKey): Uint8Array {
    return this.#wrapper.wrapHeld(wrapKind.engine, this.#ofEngine(), place, asHeld(key));
  }

  rewrapLive(place: Place, wrapped: Uint8Array): Uint8Array | null {
    const live = partWrap(wrapped);
    if (live === null || live.kind !== wrapKind.engine) return null;
    const engineKey = this.#engineKeys.byId(live.wrappingId);
    const bytes = engineKey === null ? null : this.#wrapper.unwrap(live, engineKey.wrapKey, place);
    if (bytes === null) return null;
    const rewrapped = this.#wrapper.wrap(wrapKind.engine, this.#ofEngine(), place, live.id, bytes);
    bytes.fill(0);
    return rewrapped;
  }

  seal(key: DataKey, place: Place, plain: Uint8Array): Uint8Array {
    const { secret, idBytes } = asHeld(key);
    const nonce = this.#entropy.bytes(nonceBytes);
    const sealed = this.#page.take(sealingBytes + plain.length);
    sealed[0] = formatVersion;
    sealed.set(idBytes, 1);
    sealed.set(nonce, 1 + keyIdBytes);
    sealAesGcm(secret, nonce, associatedData("value", place, idBytes), plain, sealed, valueHeaderBytes);
    return sealed;
  }

  open(key: DataKey, place: Place, sealed: Uint8Array): Uint8Array {
    const { secret, idBytes } = asHeld(key);
    if (sealed.length < sealingBytes || sealed[0] !== formatVersion) throw damaged(place);
    if (!equal(sealed.subarray(1, 1 + keyIdBytes), idBytes)) throw damaged(place);
    const nonce = sealed.subarray(1 + keyIdBytes, valueHeaderBytes);
    const bound = associatedData("value", place, idBytes);
    const plain = openAesGcm(secret, nonce, bound, sealed.subarray(valueHeaderBytes));
    if (plain === null) throw damaged(place);
    return plain;
  }

  get epochs(): EpochKeys {
    return this.#engineKeys;
  }

  codeBy(key: DataKey, place: Place, text: string): Uint8Array {
    const { secret, idBytes } = asHeld(key);
    const bytes = secret.export();
    const codeKey = deriveKey(bytes, "engine", "code");
    bytes.fill(0);
    const message = Buffer.concat([associatedData("code", place, idBytes), Buffer.from(text)]);
    return new Uint8Array(hmacSha256(codeKey, message).subarray(0, keyedHashBytes));
  }

  codeOfRow(fields: Uint8Array): Uint8Array {
    return new Uint8Array(hmacSha256(this.#engineKeys.tenantRowKey, fields));
  }

  codeOfEntry(fields: Uint8Array): Uint8Array {
    return new Uint8Array(hmacSha256(this.#engineKeys.auditKey, fields));
  }

  hash(tenant: TenantId, field: LookupField, text: string): Uint8Array {
    return keyedHash(this.#engineKeys.lookupKey, [tenant, field, text]);
  }

  isMac(algorithm: MacAlgorithm, secret: string, message: Uint8Array, mac: Uint8Array): boolean {
    return isMac(algorithm, secret, message, mac);
  }

  #wrapForEver(place: Place, id: Uint8Array, bytes: Uint8Array, under: DataKey | null): Uint8Array {
    const forTenant = this.#wrapForTenant(place, id, bytes);
    if (under === null) return forTenant;
    const { secret, idBytes } = asHeld(under);
    const underRoot = { id: idBytes, key: secret };
    return Buffer.concat([forTenant, this.#wrapper.wrap(wrapKind.root, underRoot, place, id, bytes)]);
  }

  #wrapForTenant(place: Place, id: Uint8Array, bytes: Uint8Array): Uint8Array {
    const open = this.#keyring.openKeys(place.tenant);
    if (open !== null) return this.#wrapper.wrap(wrapKind.tenant, open.wrap, place, id, bytes);
    const sealKey = this.#keyring.sealKey(place.tenant);
    if (sealKey === null) throw locked(place);
    return this.#wrapper.sealTo(sealKey, place, id, bytes);
  }

  /** Null when it is for another generation of the tenant's key. */
  #unwrapForTenant(place: Place, wrap: Wrap, open: OpenKeys): DataKey | null {
    const sealed = wrap.kind === wrapKind.sealed;
    const id = sealed ? open.seal.id : open.wrap.id;
    if (!equal(wrap.wrappingId, id)) return null;
    const bytes = sealed
      ? this.#wrapper.openSealed(wrap, open.sealPrivate, place)
      : this.#wrapper.unwrap(wrap, open.wrap.key, place);
    return held(place, wrap.id, bytes);
  }

  #unwrapUnder(place: Place, wrap: Wrap | null, under: DataKey): DataKey {
    const { secret, idBytes } = asHeld(under);
    if (wrap === null || !equal(wrap.wrappingId, idBytes)) throw damaged(place);
    return held(place, wrap.id, this.#wrapper.unwrap(wrap, secret, place));
  }

  #ofEngine(): WrappingKey {
    const { id, wrapKey } = this.#engineKeys.key(this.#engineKeys.current);
    return { id, key: wrapKey };
  }
}

function held(place: Place, id: Uint8Array, bytes: Uint8Array | null): DataKey {
  if (bytes === null) throw damaged(place);
  return new HeldKey(id, bytes);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
