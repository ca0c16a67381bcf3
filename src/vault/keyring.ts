// The keys of tenants at hand here: all of those that are open, what can be sealed to of the others.

import { createHash, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import type { PrivateKey } from "../handshake/crypto-suite.ts";
import { sealForRecovery } from "../handshake/recovery.ts";
import { checkOf, type KeyOwner, sealKeyPairOf, wrapKeyIdOf, wrapKeyOf } from "../handshake/tenant-keys.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { PreviousKey, SealedSession, SessionTerms, Succession, TenantKeys } from "../ports/vault.ts";
import { assert } from "../value/assert.ts";
import type { TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { nonceBytes } from "./aes-gcm.ts";
import { nodeSuite } from "./node-suite.ts";
import { openPrevious, sealPrevious } from "./previous-key.ts";
import type { SessionSeal } from "./session-seal.ts";
import { keyIdBytes, type WrappingKey, wrapKind } from "./wrap-key.ts";

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

/** The keys of the current generation, and of the one before while a rotation is under way. */
export interface Generations {
  readonly current: OpenKeys;
  readonly previous: OpenKeys | null;
}

interface Entry {
  readonly keys: TenantKeys;
  readonly seal: SealKey | null;
  readonly open: Generations | null;
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
    const known = this.#entries.get(tenant);
    if (known !== undefined && (known.open !== null || known.keys.generation > keys.generation)) return;
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
    const { generation } = keys;
    // A row that was read before a rotation began would put its key back.
    if (generation < (this.#entries.get(tenant)?.keys.generation ?? 0)) throw wrongKey();
    const owner = { tenant, generation };
    const current = openKeysOf(owner, wrappingKey);
    const previous = keys.previous === undefined ? null : previousOf(owner, keys.previous, wrappingKey);
    const opened = { generation, sealKey: current.seal.publicKey, check };
    this.#entries.set(tenant, { keys: opened, seal: current.seal, open: { current, previous } });
    return opened;
  }

  succeed(tenant: TenantId, wrappingKey: Uint8Array, recoveryKey: Uint8Array | null): Succession {
    const entry = this.#entries.get(tenant);
    assert(entry?.open != null, "the key of an open tenant is rotated");
    if (wrappingKey.length !== wrappingKeyBytes) throw wrongKey();
    const owner = { tenant, generation: entry.keys.generation + 1 };
    const { wrap, seal } = openKeysOf(owner, wrappingKey);
    const old = entry.open.current.wrappingKey.export();
    const previous = {
      generation: entry.keys.generation,
      sealed: sealPrevious(this.#entropy.bytes(nonceBytes), owner, wrappingKey, old),
    };
    old.fill(0);
    const check = checkOf(nodeSuite, wrappingKey);
    return {
      keys: { generation: owner.generation, sealKey: seal.publicKey, check, previous },
      marks: [markOf(wrapKind.tenant, wrap.id), markOf(wrapKind.sealed, seal.id)],
      recovery: recoveryKey === null ? null : this.#sealTo(recoveryKey, owner, wrappingKey),
    };
  }

  sealForRecovery(tenant: TenantId, recoveryKey: Uint8Array): Uint8Array {
    const entry = this.#entries.get(tenant);
    assert(entry?.open != null, "an open tenant makes a recovery sheet");
    const bytes = entry.open.current.wrappingKey.export();
    const sealed = this.#sealTo(recoveryKey, { tenant, generation: entry.keys.generation }, bytes);
    bytes.fill(0);
    return sealed;
  }

  #sealTo(recoveryKey: Uint8Array, owner: KeyOwner, wrappingKey: Uint8Array): Uint8Array {
    const sealed = sealForRecovery(nodeSuite, this.#entropy, recoveryKey, owner, wrappingKey);
    assert(sealed !== null, "a recovery key is no point of low order");
    return sealed;
  }

  opensBoth(tenant: TenantId, generation: number): boolean {
    const entry = this.#entries.get(tenant);
    return entry?.keys.generation === generation && entry.open !== null && entry.open.previous !== null;
  }

  forgetPrevious(tenant: TenantId, generation: number): void {
    const entry = this.#entries.get(tenant);
    if (entry?.open == null || entry.keys.generation !== generation) return;
    this.#entries.set(tenant, { ...entry, open: { ...entry.open, previous: null } });
  }

  lock(tenant: TenantId): void {
    const entry = this.#entries.get(tenant);
    if (entry !== undefined) this.#entries.set(tenant, { ...entry, open: null });
  }

  /** Null while nobody is signed in. */
  openKeys(tenant: TenantId): Generations | null {
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
    const bytes = entry.open.current.wrappingKey.export();
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

function openKeysOf(owner: KeyOwner, wrappingKey: Uint8Array): OpenKeys {
  const pair = sealKeyPairOf(nodeSuite, wrappingKey, owner);
  pair.bytes.fill(0);
  const wrapBytes = wrapKeyOf(nodeSuite, wrappingKey, owner);
  const wrap = { id: wrapKeyIdOf(nodeSuite, wrappingKey, owner), key: createSecretKey(wrapBytes) };
  wrapBytes.fill(0);
  const { privateKey: sealPrivate } = pair;
  return {
    wrap,
    seal: sealKeyOf(sealPrivate.publicKey),
    sealPrivate,
    wrappingKey: createSecretKey(wrappingKey),
  };
}

function previousOf(owner: KeyOwner, { generation, sealed }: PreviousKey, wrappingKey: Uint8Array): OpenKeys {
  const bytes = openPrevious(owner, generation, wrappingKey, sealed);
  if (bytes === null) {
    throw new DispatchedError("sealed_data_damaged", "the key of the generation before does not open");
  }
  const keys = openKeysOf({ ...owner, generation }, bytes);
  bytes.fill(0);
  return keys;
}

function markOf(kind: number, id: Uint8Array): Uint8Array {
  return Uint8Array.of(kind, ...id);
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
