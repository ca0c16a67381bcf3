// One action on many runs, as it is offered: told before, begun, looked at, aborted.

import type { BulkAction, BulkRow, BulkRun } from "../ports/bulk-store.ts";
import type { Page } from "../ports/store.ts";
import type { BulkId, RunId, TenantId } from "../value/id.ts";
import type { RunListItem, RunQuery } from "./engine-api.ts";

/** Of the runs that fit, or of these: 1,000 at most, each dealt with once, also one that is not there. */
export type BulkRequest = { readonly action: BulkAction } & (
  | { readonly filter: RunQuery }
  | { readonly runs: readonly RunId[] }
);

export interface BulkPreview {
  /** Of runs that are named, those that are there. */
  readonly matched: number;
  /** There are more than one action takes. */
  readonly more: boolean;
  /** When the oldest and the newest of them were made; null for none (milliseconds since 1970). */
  readonly oldestAt: number | null;
  readonly newestAt: number | null;
  /** Now: with it as `createdTo` what is made later is not taken. */
  readonly bound: number;
  /** The newest, five at most. */
  readonly samples: readonly RunListItem[];
}

export interface BulkApi {
  /** What an action would take; nothing is done. */
  preview(tenant: TenantId, request: BulkRequest): Promise<BulkPreview>;
  /**
   * Fixes the runs that are named, or at most 10,000 that fit, and deals with them from now on: each once, over crashes of nodes, wherever
   * the tenant is signed in. Resolves when the set is durable. With an idempotency key one is begun, however often it is
   * asked for, until it is forgotten. Errors: `too_many_bulks`, `idempotency_conflict`.
   */
  begin(tenant: TenantId, request: BulkRequest, idempotencyKey?: string | null): Promise<BulkRow>;
  /** Errors: `bulk_not_found`. */
  show(tenant: TenantId, id: BulkId): Promise<BulkRow>;
  /** As soon as more has been dealt with than `done`, or it has ended; or as it is at `untilMs`. Errors: `bulk_not_found`. */
  next(tenant: TenantId, id: BulkId, done: number, untilMs: number): Promise<BulkRow>;
  /** Its runs in their order, the newest first; with `refused` only those that were. Errors: `bulk_not_found`. */
  results(
    tenant: TenantId,
    id: BulkId,
    refused: boolean,
    cursor: string | null,
    limit: number,
  ): Promise<Page<BulkRun>>;
  /** Newest first. */
  list(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<BulkRow>>;
  /** What has not been begun stays as it is. Errors: `bulk_not_found`. */
  abort(tenant: TenantId, id: BulkId): Promise<BulkRow>;
}
