// Rows of actions on many runs, and what the port makes of them.

import type { BulkAction, BulkRow, BulkRun, BulkState } from "../../ports/bulk-store.ts";
import type { BulkId, TenantId } from "../../value/id.ts";
import { runIdOf } from "./run-id-bytes.ts";

export interface SqlBulk {
  readonly no: number;
  readonly tenant: string;
  readonly id: string;
  readonly action: BulkAction;
  readonly state: BulkState;
  readonly created_at: number;
  readonly ended_at: number | null;
  readonly total: number;
  readonly done: number;
  readonly refused: number;
  readonly owner: number;
}

export const bulkColumns = "no, tenant, id, action, state, created_at, ended_at, total, done, refused, owner";

export interface SqlBulkRun {
  readonly place: number;
  readonly run: Uint8Array;
  readonly done: number;
  readonly code: string | null;
  readonly created: Uint8Array | null;
}

export function bulkOf(row: SqlBulk): BulkRow {
  const { action, state, total, done, refused } = row;
  return {
    tenant: row.tenant as TenantId,
    id: row.id as BulkId,
    action,
    state,
    createdAt: row.created_at,
    endedAt: row.ended_at,
    total,
    done,
    refused,
  };
}

export function bulkRunOf({ place, run, done, code, created }: SqlBulkRun): BulkRun {
  const again = created === null ? null : runIdOf(created);
  return { place, run: runIdOf(run), done: done === 1, code, created: again };
}
