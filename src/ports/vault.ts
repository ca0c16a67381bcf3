// Sealing: what is stored leaves the engine through here.

import type { TenantId } from "../value/id.ts";

/** A data key in memory. Opaque to everyone but the vault that made it. */
export interface DataKey {
  readonly id: string;
}

/** Where a sealed value stands. Every part is bound to the value: moved elsewhere, it does not open. */
export interface Place {
  readonly tenant: TenantId;
  readonly table: "run" | "event" | "definition" | "secret" | "trigger" | "incoming";
  readonly column: string;
  /** The row's own identity within tenant and table. */
  readonly row: string;
  /** Version or sequence number within the row. */
  readonly version: number;
}

export interface NewDataKey {
  readonly key: DataKey;
  /** The key, wrapped: safe to store beside what it seals. */
  readonly wrapped: Uint8Array;
}

/**
 * Synchronous, because it only computes. Opening what was altered or moved throws a `DispatchedError` with code
 * `sealed_data_damaged`; a key that is not at hand throws `locked`.
 */
export interface Vault {
  /** A fresh data key, wrapped for `place`. */
  createKey(place: Place): NewDataKey;
  unwrapKey(place: Place, wrapped: Uint8Array): DataKey;
  seal(key: DataKey, place: Place, plain: Uint8Array): Uint8Array;
  open(key: DataKey, place: Place, sealed: Uint8Array): Uint8Array;
  /** Keyed hash of 16 bytes for lookups: equal for equal text of the same tenant and field, and for nothing else. */
  hash(tenant: TenantId, field: LookupField, text: string): Uint8Array;
}

export type LookupField =
  | "workflow"
  | "definition"
  | "secret"
  | "label"
  | "start"
  | "signal"
  | "slot"
  | "topic"
  | "incoming"
  | "callback";
