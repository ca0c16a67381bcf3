// Sealing: what is stored leaves the engine through here.

import type { MacAlgorithm } from "../language/workflow.ts";
import type { TenantId } from "../value/id.ts";
import type { EpochKeys } from "./epoch-keys.ts";

/** A data key in memory. Opaque to everyone but the vault that made it. */
export interface DataKey {
  readonly id: string;
}

/** Where a sealed value stands. Every part is bound to the value: moved elsewhere, it does not open. */
export interface Place {
  readonly tenant: TenantId;
  readonly table:
    | "run"
    | "event"
    | "body"
    | "definition"
    | "secret"
    | "trigger"
    | "incoming"
    | "inbox"
    | "hook"
    | "delivery"
    | "grant"
    | "audit";
  readonly column: string;
  /** The row's own identity within tenant and table. */
  readonly row: string;
  /** Version or sequence number within the row. */
  readonly version: number;
}

/** A data key as it is stored beside what it seals. */
export interface KeptKey {
  /**
   * For ever: wrapped for the tenant and, of a child, under the key of the run at the top as well. Its first 9 bytes say
   * how and by which key; the first alone is 3 when it was sealed to a tenant who was not signed in.
   */
  readonly key: Uint8Array;
  /**
   * Wrapped for the engine, which opens it while nobody of the tenant is signed in; null while it may not. The first byte
   * says that, the next 8 which epoch's key wrapped it (`EpochKeys.id`).
   */
  readonly live: Uint8Array | null;
}

export interface NewDataKey {
  readonly key: DataKey;
  readonly kept: KeptKey;
}

/** What the store knows of a tenant's keys; none of it opens anything. */
export interface TenantKeys {
  /** 1 for the first; a rotation adds one. */
  readonly generation: number;
  /** 32 bytes, X25519: what comes while nobody is signed in is sealed to it. Null before the first sign-in. */
  readonly sealKey: Uint8Array | null;
  /** 32 bytes that tell a wrong wrapping key before it wraps anything. Null before the first sign-in. */
  readonly check: Uint8Array | null;
  /** While a rotation is under way: what opens the records that it has not come to. Left out else. */
  readonly previous?: PreviousKey;
}

/** The wrapping key of the generation before. */
export interface PreviousKey {
  readonly generation: number;
  /** Under the wrapping key of the current one. */
  readonly sealed: Uint8Array;
}

/** What a tenant's keys become with a rotation. */
export interface Succession {
  readonly keys: TenantKeys & { readonly previous: PreviousKey };
  /** How keys begin that are wrapped for the tenant from then on: signed in, and not. */
  readonly marks: readonly Uint8Array[];
  /** The new wrapping key, sealed to the recovery key; null without one. */
  readonly recovery: Uint8Array | null;
}

/** What opens a session, and until when: neither can be changed without the other. */
export interface SessionTerms {
  /** `dst_sess_…` */
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface SealedSession {
  readonly sealed: Uint8Array;
  /** Of the engine's key under which it is sealed. */
  readonly epoch: number;
}

/**
 * Synchronous, because it only computes. Opening what was altered or moved throws a `DispatchedError` with code
 * `sealed_data_damaged`; a key that is not at hand throws `locked`.
 *
 * A tenant is *open* here from `unlock` to `lock`: whatever is stored of it can then be read. Before, and after, only
 * what is kept `live`.
 */
export interface Vault {
  /** Of the engine's key: wraps for the engine are made under the one that was advanced to last. */
  readonly epochs: EpochKeys;

  /** Makes a tenant known that is not signed in: what comes for it can be sealed to it. */
  admit(tenant: TenantId, keys: TenantKeys): void;
  /** Whether something can be sealed to the tenant here. */
  knows(tenant: TenantId): boolean;
  /**
   * Opens the tenant by its wrapping key (32 bytes), and gives its keys as they are to be stored from then on. Errors,
   * with nothing changed: `wrong_key`, also for a generation below the one that is known here; `sealed_data_damaged`
   * when `previous` does not open.
   */
  unlock(tenant: TenantId, keys: TenantKeys, wrappingKey: Uint8Array): TenantKeys;
  /** Forgets the keys of an open tenant. */
  lock(tenant: TenantId): void;
  isOpen(tenant: TenantId): boolean;
  openTenants(): readonly TenantId[];
  /**
   * What the keys of an open tenant become under another wrapping key. Nothing changes here before the next `unlock`.
   * @param recoveryKey as of `sealForRecovery`
   */
  succeed(tenant: TenantId, wrappingKey: Uint8Array, recoveryKey: Uint8Array | null): Succession;
  /** The wrapping key of an open tenant, sealed to a public key (X25519, 32 bytes, not of low order). */
  sealForRecovery(tenant: TenantId, recoveryKey: Uint8Array): Uint8Array;
  /** Whether the tenant is open here by the key of this generation, and by that of the one before. */
  opensBoth(tenant: TenantId, generation: number): boolean;
  /** Forgets the generation before this one, if this is the current: the rotation to it is over. */
  forgetPrevious(tenant: TenantId, generation: number): void;
  /** The wrapping key of an open tenant, sealed so that only this token with the engine's key opens it again. */
  sealSession(tenant: TenantId, terms: SessionTerms): SealedSession;
  /** Opens the tenant by what `sealSession` gave. False when the terms are others, or the engine's key has moved on. */
  unlockBySession(tenant: TenantId, keys: TenantKeys, terms: SessionTerms, sealed: Uint8Array): boolean;

  /**
   * A fresh data key for `place`.
   *
   * @param options `live`: the engine may open it by itself, too. `under`: the key of the run at the top, which then
   * opens this one.
   */
  createKey(place: Place, options?: { readonly live?: boolean; readonly under?: DataKey | null }): NewDataKey;
  /** @param under the key of the run at the top, for that of a child of a tenant that is not open */
  unwrapKey(place: Place, kept: KeptKey, under?: DataKey | null): DataKey;
  /**
   * `KeptKey.key` wrapped for the tenant's current generation, and signed in; null when it is so already. What stands under
   * the run at the top stays. Errors: `locked`, `sealed_data_damaged`.
   * @param under the key of the run at the top, whenever that may be another than before
   */
  rewrap(place: Place, key: Uint8Array, under?: DataKey | null): Uint8Array | null;
  /**
   * `before`, the `KeptKey.key` of `key`, wrapped again as `createKey` would, whoever `before` was wrapped for. What stands
   * under the run at the top stays. Errors: `locked`, `sealed_data_damaged`.
   */
  wrapForTenant(place: Place, key: DataKey, before: Uint8Array): Uint8Array;
  /** The key as the engine may open it by itself: `KeptKey.live`. */
  wrapLive(place: Place, key: DataKey): Uint8Array;
  /** What was wrapped for the engine in any epoch whose key is at hand, under the present one; null when it does not open. */
  rewrapLive(place: Place, wrapped: Uint8Array): Uint8Array | null;

  seal(key: DataKey, place: Place, plain: Uint8Array): Uint8Array;
  open(key: DataKey, place: Place, sealed: Uint8Array): Uint8Array;
  /** 16 bytes of `text` that only who has this key can make. `place`: that of the key. */
  codeBy(key: DataKey, place: Place, text: string): Uint8Array;
  /** 32 bytes of a row's fields that only this engine can make, in every epoch: a row with another code was altered. */
  codeOfRow(fields: Uint8Array): Uint8Array;
  /** 32 bytes of an audit entry's fields that only this engine can make, in every epoch. */
  codeOfEntry(fields: Uint8Array): Uint8Array;
  /** Keyed hash of 16 bytes for lookups: equal for equal text of the same tenant and field, and for nothing else. */
  hash(tenant: TenantId, field: LookupField, text: string): Uint8Array;
  /** Whether `mac` is the HMAC (RFC 2104) of `message`; takes the same time wherever they differ. */
  isMac(algorithm: MacAlgorithm, key: Uint8Array, message: Uint8Array, mac: Uint8Array): boolean;
  /** The HMAC (RFC 2104) of `message` with SHA-256. */
  mac(key: Uint8Array, message: Uint8Array): Uint8Array;
  /** SHA-256 (FIPS 180-4). */
  digest(bytes: Uint8Array): Uint8Array;
  /** The same of bytes that come in pieces; `digest` ends it. */
  hasher(): { add(bytes: Uint8Array): void; digest(): Uint8Array };
}

export type LookupField =
  | "workflow"
  | "definition"
  | "secret"
  | "label"
  | "start"
  | "origin"
  | "signal"
  | "slot"
  | "topic"
  | "incoming"
  | "inbox"
  | "callback"
  | "failure"
  | "audit";
