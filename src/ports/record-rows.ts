// Rows of what is kept besides runs: definitions with their triggers, events that came in, secrets.

import type { TenantId } from "../value/id.ts";

export interface DefinitionRow {
  readonly tenant: TenantId;
  /** Keyed hash of the workflow's name. */
  readonly name: Uint8Array;
  readonly version: number;
  /** Keyed hash of the stored bytes. */
  readonly content: Uint8Array;
  readonly key: Uint8Array;
  /**
   * The key as the engine alone may open it; null while no active run may need it. Of a new row: kept only if the
   * definition is named by one that is live, or by a grant.
   */
  readonly live: Uint8Array | null;
  readonly sealed: Uint8Array;
  readonly createdAt: number;
  /** Keyed hashes of the secrets, workflows and types of events that it names. */
  readonly names: readonly Uint8Array[];
}

/** What starts runs of a workflow by itself; of its highest version. Schedules and time zones are not secret. */
export interface TriggerRow {
  readonly tenant: TenantId;
  /** Keyed hash of the workflow's name. */
  readonly workflow: Uint8Array;
  /** Its place among the triggers of the document. */
  readonly place: number;
  readonly version: number;
  /** Sealed: the workflow's name. */
  readonly sealed: Uint8Array;
  readonly kind: "cron" | "event";
  /** Of `event`: keyed hash of the type. */
  readonly topic: Uint8Array | null;
  /** Of `cron`: JSON of schedule, time zone, jitter and catch-up. */
  readonly schedule: string | null;
  /** Of `cron`: the next due time, jitter included, and the due time itself. */
  readonly nextAt: number | null;
  readonly scheduledAt: number | null;
  /**
   * Of `cron`: null while it stands. When a higher version took its place: the moment of that, up to which its due times
   * are its own.
   */
  readonly until: number | null;
}

/** An event that came in, kept for the waits that begin later. */
export interface IncomingRow {
  readonly tenant: TenantId;
  /** Keyed hash of source and id: the same event comes once. */
  readonly id: Uint8Array;
  /** Keyed hashes of its type, and of its type with its subject. */
  readonly topics: readonly Uint8Array[];
  readonly receivedAt: number;
  readonly key: Uint8Array;
  /** As of a definition: of a new row, kept only if a live definition names its type. */
  readonly live: Uint8Array | null;
  readonly sealed: Uint8Array;
}

/** What is sealed of the events that are listed at once as not settled: they are in memory until they are. */
export const unsettledBytesMax = 4 * 1024 * 1024;

export interface SecretRow {
  readonly tenant: TenantId;
  /** Keyed hash of the secret's name. */
  readonly name: Uint8Array;
  readonly version: number;
  readonly key: Uint8Array;
  /** As of a definition: of a new row, kept only if a live definition or a grant names the secret. */
  readonly live: Uint8Array | null;
  readonly sealed: Uint8Array;
  readonly updatedAt: number;
}
