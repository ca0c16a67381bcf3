// The vault: data keys wrapped for tenants and for the engine, values sealed by data keys.

import { createHash, createHmac } from "node:crypto";
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
  Succession,
  TenantKeys,
  Vault,
} from "../ports/vault.ts";
import type { TenantId } from "../value/id.ts";
import { nonceBytes, openAesGcm, sealAesGcm, tagBytes } from "./aes-gcm.ts";
import { associatedData } from "./associated-data.ts";
import { CipherPage } from "./cipher-page.ts";
import { DerivedKeys } from "./derived-key.ts";
import type { EpochKey } from "./engine-key.ts";
import type { EngineKeys } from "./engine-keys.ts";
import { asHeld, HeldKey } from "./held-key.ts";
import { deriveKey } from "./hkdf.ts";
import { isMac } from "./is-mac.ts";
import { hmacSha256, keyedHash, keyedHashBytes } from "./keyed-hash.ts";
import { Keyring } from "./keyring.ts";
import { PooledEntropy } from "./pooled-entropy.ts";
import { SessionSeal } from "./session-seal.ts";
import { damaged, locked } from "./vault-error.ts";
import {
  dataKeyBytes,
  KeyWrapper,
  keyIdBytes,
  partLive,
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
  readonly #derived: DerivedKeys;
  readonly #keyring: Keyring;

  constructor(engineKeys: EngineKeys, entropy: Entropy = new PooledEntropy()) {
    this.#engineKeys = engineKeys;
    this.#entropy = entropy;
    this.#wrapper = new KeyWrapper(entropy, this.#page, engineKeys.sealCodeKey);
    this.#derived = new DerivedKeys(entropy, this.#page);
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

  succeed(tenant: TenantId, wrappingKey: Uint8Array, recoveryKey: Uint8Array | null): Succession {
    return this.#keyring.succeed(tenant, wrappingKey, recoveryKey);
  }

  sealForRecovery(tenant: TenantId, recoveryKey: Uint8Array): Uint8Array {
    return this.#keyring.sealForRecovery(tenant, recoveryKey);
  }

  opensBoth(tenant: TenantId, generation: number): boolean {
    return this.#keyring.opensBoth(tenant, generation);
  }

  forgetPrevious(tenant: TenantId, generation: number): void {
    this.#keyring.forgetPrevious(tenant, generation);
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
    const engineKey = this.#engineKeys.key(this.#engineKeys.current);
    const made = live
      ? this.#derived.make(engineKey, place, id)
      : { live: null, bytes: this.#entropy.bytes(dataKeyBytes) };
    const { bytes } = made;
    const kept = { key: this.#wrapForEver(place, id, bytes, under), live: made.live };
    return { key: new HeldKey(id, bytes), kept };
  }

  /** By whatever is at hand; what the tenant's own keys open is not opened by the engine's. */
  unwrapKey(place: Place, kept: KeptKey, under: DataKey | null = null): DataKey {
    const parts = partWraps(kept.key);
    if (parts === null) throw damaged(place);
    const forTenant = this.#unwrapForTenant(place, parts.forTenant);
    if (forTenant !== null) return new HeldKey(parts.forTenant.id, forTenant);
    if (under !== null) return this.#unwrapUnder(place, parts.underRoot, under);
    if (kept.live === null) throw locked(place);
    const live = partLive(kept.live);
    if (live === null) throw damaged(place);
    const engineKey = this.#engineKeys.byId(live.wrappingId);
    if (engineKey === null) throw locked(place);
    return held(place, live.id, this.#openLive(live, engineKey, place));
  }

  rewrap(place: Place, key: Uint8Array, under: DataKey | null = null): Uint8Array | null {
    const parts = partWraps(key);
    if (parts === null) throw damaged(place);
    const open = this.#keyring.openKeys(place.tenant);
    if (open === null) throw locked(place);
    const { forTenant, underRoot } = parts;
    const isCurrent = forTenant.kind === wrapKind.tenant && equal(forTenant.wrappingId, open.current.wrap.id);
    const isUnder =
      under === null || (underRoot !== null && equal(underRoot.wrappingId, asHeld(under).idBytes));
    if (isCurrent && isUnder) return null;
    const bytes = this.#unwrapForTenant(place, forTenant);
    if (bytes === null) throw locked(place);
    const { id } = forTenant;
    const wrapped = this.#wrapper.wrap(wrapKind.tenant, open.current.wrap, place, id, bytes);
    const root = isUnder ? underRoot?.bytes : this.#wrapUnder(place, id, bytes, under);
    bytes.fill(0);
    return root === undefined ? wrapped : Buffer.concat([wrapped, root]);
  }

  wrapForTenant(place: Place, key: DataKey, before: Uint8Array): Uint8Array {
    const { secret, idBytes } = asHeld(key);
    const parts = partWraps(before);
    if (parts === null || !equal(parts.forTenant.id, idBytes)) throw damaged(place);
    const bytes = secret.export();
    const wrapped = this.#wrapForTenant(place, idBytes, bytes);
    bytes.fill(0);
    const { underRoot } = parts;
    return underRoot === null ? wrapped : Buffer.concat([wrapped, underRoot.bytes]);
  }

  wrapLive(place: Place, key: DataKey): Uint8Array {
    return this.#wrapper.wrapHeld(wrapKind.engine, this.#ofEngine(), place, asHeld(key));
  }

  rewrapLive(place: Place, wrapped: Uint8Array): Uint8Array | null {
    const live = partLive(wrapped);
    const engineKey = live === null ? null : this.#engineKeys.byId(live.wrappingId);
    if (live === null || engineKey === null) return null;
    const bytes = this.#openLive(live, engineKey, place);
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

  isMac(algorithm: MacAlgorithm, key: Uint8Array, message: Uint8Array, mac: Uint8Array): boolean {
    return isMac(algorithm, key, message, mac);
  }

  mac(key: Uint8Array, message: Uint8Array): Uint8Array {
    return new Uint8Array(createHmac("sha256", key).update(message).digest());
  }

  digest(bytes: Uint8Array): Uint8Array {
    return new Uint8Array(createHash("sha256").update(bytes).digest());
  }

  hasher(): ReturnType<Vault["hasher"]> {
    const hash = createHash("sha256");
    return { add: (bytes) => void hash.update(bytes), digest: () => new Uint8Array(hash.digest()) };
  }

  #wrapForEver(place: Place, id: Uint8Array, bytes: Uint8Array, under: DataKey | null): Uint8Array {
    const forTenant = this.#wrapForTenant(place, id, bytes);
    return under === null ? forTenant : Buffer.concat([forTenant, this.#wrapUnder(place, id, bytes, under)]);
  }

  #wrapUnder(place: Place, id: Uint8Array, bytes: Uint8Array, under: DataKey): Uint8Array {
    const { secret, idBytes } = asHeld(under);
    return this.#wrapper.wrap(wrapKind.root, { id: idBytes, key: secret }, place, id, bytes);
  }

  #wrapForTenant(place: Place, id: Uint8Array, bytes: Uint8Array): Uint8Array {
    const open = this.#keyring.openKeys(place.tenant);
    if (open !== null) return this.#wrapper.wrap(wrapKind.tenant, open.current.wrap, place, id, bytes);
    const sealKey = this.#keyring.sealKey(place.tenant);
    if (sealKey === null) throw locked(place);
    return this.#wrapper.sealTo(sealKey, place, id, bytes);
  }

  /** The bytes of the data key; null when the tenant is not open, or the wrap is for a generation that is not at hand. */
  #unwrapForTenant(place: Place, wrap: Wrap): Uint8Array | null {
    const open = this.#keyring.openKeys(place.tenant);
    if (open === null) return null;
    const sealed = wrap.kind === wrapKind.sealed;
    const keys = [open.current, open.previous].find(
      (one) => one !== null && equal(wrap.wrappingId, sealed ? one.seal.id : one.wrap.id),
    );
    if (keys == null) return null;
    const bytes = sealed
      ? this.#wrapper.openSealed(wrap, keys.sealPrivate, place)
      : this.#wrapper.unwrap(wrap, keys.wrap.key, place);
    if (bytes === null) throw damaged(place);
    return bytes;
  }

  /** A child whose root has got another key just now is opened when somebody signs in. */
  #unwrapUnder(place: Place, wrap: Wrap | null, under: DataKey): DataKey {
    const { secret, idBytes } = asHeld(under);
    if (wrap === null) throw damaged(place);
    if (!equal(wrap.wrappingId, idBytes)) throw locked(place);
    return held(place, wrap.id, this.#wrapper.unwrap(wrap, secret, place));
  }

  #openLive(live: Wrap, engineKey: EpochKey, place: Place): Uint8Array | null {
    return live.kind === wrapKind.derived
      ? this.#derived.open(live, engineKey, place)
      : this.#wrapper.unwrap(live, engineKey.wrapKey, place);
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
