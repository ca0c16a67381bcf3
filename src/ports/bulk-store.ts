// The part of the store where an action on many runs is kept, with the runs that it takes and what became of each.

import type { BulkId, RunId, TenantId } from "../value/id.ts";
import type { Fence, Page } from "./store.ts";

export const bulkActions = ["cancel", "pause", "resume", "rerun"] as const;
export type BulkAction = (typeof bulkActions)[number];

/** `running` until each run has been dealt with, or it was `aborted`: then what had not been dealt with stays so. */
export const bulkStates = ["running", "done", "aborted"] as const;
export type BulkState = (typeof bulkStates)[number];

export interface BulkRow {
  readonly tenant: TenantId;
  readonly id: BulkId;
  readonly action: BulkAction;
  readonly state: BulkState;
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly total: number;
  /** Runs that were dealt with; of them, those that were refused. */
  readonly done: number;
  readonly refused: number;
}

/** The idempotency key of the request that began one, and what was asked for with it: keyed hashes. */
export interface BulkKey {
  readonly key: Uint8Array;
  readonly asked: Uint8Array;
}

export interface NewBulk extends Pick<BulkRow, "tenant" | "id" | "action" | "createdAt"> {
  /** Null for one that is begun whenever it is asked for. */
  readonly by: BulkKey | null;
}

/** A run of the set, and what became of it. */
export interface BulkRun {
  /** In the set, from 0. */
  readonly place: number;
  readonly run: RunId;
  readonly done: boolean;
  /** Why it was refused, or null. */
  readonly code: string | null;
  /** The run that goes again from it, or null. */
  readonly created: RunId | null;
}

export type BulkOutcome = Pick<BulkRun, "place" | "code" | "created">;

/** As of the store: every write is durable when its promise resolves. */
export interface BulkStore {
  /**
   * Held by `fence`. `too_many`: so many of the tenant are running already; `stale_fence`: the lease has ended; `gone`: the
   * tenant was deleted. One of this id that is there stays as it is, and is `created` again; where another was begun by its
   * key it is `begun`, and nothing is made.
   */
  create(
    fence: Fence,
    bulk: NewBulk,
    runs: readonly RunId[],
    runningMax: number,
  ): Promise<"created" | "begun" | "too_many" | "stale_fence" | "gone">;
  /**
   * At most `limit` that are running, of these tenants, and that no living lease but `fence` holds, the oldest first: held by
   * `fence` from then on. What it holds of other tenants nobody holds any more. None when its lease has ended.
   */
  claim(fence: Fence, now: number, tenants: readonly TenantId[], limit: number): Promise<readonly BulkRow[]>;
  /** Runs that have not been dealt with, in their order. */
  pending(tenant: TenantId, id: BulkId, limit: number): Promise<readonly BulkRun[]>;
  /**
   * Notes outcomes, each once, also of one that was aborted; with the last of them it is `done`. Null, and nothing changes,
   * when `fence` does not hold it (any more).
   */
  settle(
    fence: Fence,
    tenant: TenantId,
    id: BulkId,
    outcomes: readonly BulkOutcome[],
    at: number,
  ): Promise<BulkRow | null>;
  /** One that is running is aborted. As it is then; null when there is none. */
  abort(tenant: TenantId, id: BulkId, at: number): Promise<BulkRow | null>;
  read(tenant: TenantId, id: BulkId): Promise<BulkRow | null>;
  /** The one that was begun by this key, and what had been asked for, while it is not forgotten. */
  readBegun(
    tenant: TenantId,
    key: Uint8Array,
  ): Promise<{ readonly row: BulkRow; readonly asked: Uint8Array } | null>;
  /** Newest first. */
  list(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<BulkRow>>;
  /** Its runs, in their order; with `refused` only those that were. */
  runs(
    tenant: TenantId,
    id: BulkId,
    refused: boolean,
    cursor: string | null,
    limit: number,
  ): Promise<Page<BulkRun>>;
  /** Forgets at most `limit` that ended before. Gives how many, `limit` if large ones cut it short. */
  drop(beforeMs: number, limit: number): Promise<number>;
}
