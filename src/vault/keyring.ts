// The keys of tenants at hand here: all of those that are open, what can be sealed to of the others.

import { createHash, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import type { PrivateKey } from "../handshake/crypto-suite.ts";
import { checkOf, sealKeyPairOf, wrapKeyIdOf, wrapKeyOf } from "../handshake/tenant-keys.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { SealedSession, SessionTerms, TenantKeys } from "../ports/vault.ts";
import { assert } from "../value/assert.ts";
import type { TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { nodeSuite } from "./node-suite.ts";
import type { SessionSeal } from "./session-seal.ts";
import { keyIdBytes, type WrappingKey } from "./wrap-key.ts";

/** To what is sealed for a tenant who is not signed in. */
export interface SealKey {
  /** The first 8 bytes of the key's SHA-256. */
  readonly id: Uint8Array;
  /** X25519, 32 bytes. */
  readonly publicKey: Uint8Array;
}

export interface OpenKeys {
  readonly wrap: WrappingKey;
  readonly seal: SealKey;
  readonly sealPrivate: PrivateKey;
  /** To seal it for sessions: the one place where it is kept. */
  readonly wrappingKey: KeyObject;
}

interface Entry {
  readonly keys: TenantKeys;
  readonly seal: SealKey | null;
  readonly open: OpenKeys | null;
}

const wrappingKeyBytes = 32;

export class Keyring {
  readonly #entropy: Entropy;
  readonly #sessions: SessionSeal;
  readonly #entries = new Map<TenantId, Entry>();

  constructor(entropy: Entropy, sessions: SessionSeal) {
    this.#entropy = entropy;
    this.#sessions = sessions;
  }

  admit(tenant: TenantId, keys: TenantKeys): void {
    if (this.#entries.get(tenant)?.open != null) return;
    this.#entries.set(tenant, {
      keys,
      seal: keys.sealKey === null ? null : sealKeyOf(keys.sealKey),
      open: null,
    });
  }

  unlock(tenant: TenantId, keys: TenantKeys, wrappingKey: Uint8Array): TenantKeys {
    if (wrappingKey.length !== wrappingKeyBytes) throw wrongKey();
    const check = checkOf(nodeSuite, wrappingKey);
    if (keys.check !== null && !equal(keys.check, check)) throw wrongKey();
    const owner = { tenant, generation: keys.generation };
    const pair = sealKeyPairOf(nodeSuite, wrappingKey, owner);
    pair.bytes.fill(0);
    const wrapBytes = wrapKeyOf(nodeSuite, wrappingKey, owner);
    const wrap = { id: wrapKeyIdOf(nodeSuite, wrappingKey, owner), key: createSecretKey(wrapBytes) };
    wrapBytes.fill(0);
    const opened = { generation: keys.generation, sealKey: pair.privateKey.publicKey, check };
    const seal = sealKeyOf(pair.privateKey.publicKey);
    const open = { wrap, seal, sealPrivate: pair.privateKey, wrappingKey: createSecretKey(wrappingKey) };
    this.#entries.set(tenant, { keys: opened, seal, open });
    return opened;
  }

  lock(tenant: TenantId): void {
    const entry = this.#entries.get(tenant);
    if (entry !== undefined) this.#entries.set(tenant, { ...entry, open: null });
  }

  /** Null while nobody is signed in. */
  openKeys(tenant: TenantId): OpenKeys | null {
    return this.#entries.get(tenant)?.open ?? null;
  }

  openTenants(): readonly TenantId[] {
    return [...this.#entries].flatMap(([tenant, { open }]) => (open === null ? [] : [tenant]));
  }

  /** Null for a tenant that is not known here, or has never signed in. */
  sealKey(tenant: TenantId): SealKey | null {
    return this.#entries.get(tenant)?.seal ?? null;
  }

  sealSession(tenant: TenantId, terms: SessionTerms): SealedSession {
    const entry = this.#entries.get(tenant);
    assert(entry?.open != null, "a session is of an open tenant");
    const bytes = entry.open.wrappingKey.export();
    const owner = { tenant, generation: entry.keys.generation };
    const sealed = this.#sessions.seal(this.#entropy, owner, terms, bytes);
    bytes.fill(0);
    return sealed;
  }

  unlockBySession(tenant: TenantId, keys: TenantKeys, terms: SessionTerms, sealed: Uint8Array): boolean {
    const bytes = this.#sessions.open({ tenant, generation: keys.generation }, terms, sealed);
    if (bytes === null) return false;
    this.unlock(tenant, keys, bytes);
    bytes.fill(0);
    return true;
  }
}

function sealKeyOf(publicKey: Uint8Array): SealKey {
  const id = new Uint8Array(createHash("sha256").update(publicKey).digest().subarray(0, keyIdBytes));
  return { id, publicKey };
}

function wrongKey(): DispatchedError {
  return new DispatchedError("wrong_key", "the key is not the one that this tenant's data are wrapped with", {
    hint: "sign in with the private key of this tenant",
  });
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
