// Rows of the SQLite tables, and what the port makes of them.

import type { DefinitionRow, EventBatch, EventSummary, RunRow, SecretRow } from "../../ports/store.ts";
import { type RunStatus, runStatuses } from "../../run/status.ts";
import type { RunId, TenantId } from "../../value/id.ts";

export interface SqlRun {
  readonly tenant: string;
  readonly run: string;
  readonly status: number;
  readonly owner: number;
  readonly due_at: number | null;
  readonly created_at: number;
  readonly ended_at: number | null;
  readonly last_seq: number;
  readonly version: number;
  readonly workflow: Uint8Array;
  readonly key: Uint8Array;
  readonly card: Uint8Array;
  readonly start_key: Uint8Array | null;
}

export interface SqlEvent {
  readonly first_seq: number;
  readonly last_seq: number;
  readonly summaries: string;
  readonly sealed: Uint8Array;
}

export interface SqlDefinition {
  readonly tenant: string;
  readonly name: Uint8Array;
  readonly version: number;
  readonly content: Uint8Array;
  readonly key: Uint8Array;
  readonly sealed: Uint8Array;
  readonly created_at: number;
}

export interface SqlSecret {
  readonly tenant: string;
  readonly name: Uint8Array;
  readonly version: number;
  readonly key: Uint8Array;
  readonly sealed: Uint8Array;
  readonly updated_at: number;
}

export function statusNumber(status: RunStatus): number {
  return runStatuses.indexOf(status);
}

export function runOf(row: SqlRun): RunRow {
  return {
    tenant: row.tenant as TenantId,
    run: row.run as RunId,
    status: runStatuses[row.status] as RunStatus,
    dueAt: row.due_at,
    held: row.owner !== 0,
    endedAt: row.ended_at,
    lastSeq: row.last_seq,
    createdAt: row.created_at,
    key: bytes(row.key),
    card: bytes(row.card),
    workflow: bytes(row.workflow),
    version: row.version,
    startKey: row.start_key === null ? null : bytes(row.start_key),
  };
}

type PackedSummary = readonly [type: string, step: number | null, at: number];

/** Summaries without what the row says already: the place in the list gives the seq. */
export function packSummaries(summaries: readonly EventSummary[]): string {
  return JSON.stringify(summaries.map(({ type, step, at }): PackedSummary => [type, step, at]));
}

export function batchOf(row: SqlEvent): EventBatch {
  const packed = JSON.parse(row.summaries) as readonly PackedSummary[];
  return {
    firstSeq: row.first_seq,
    lastSeq: row.last_seq,
    summaries: packed.map(([type, step, at], index) => ({ seq: row.first_seq + index, type, step, at })),
    sealed: bytes(row.sealed),
  };
}

export function definitionOf(row: SqlDefinition): DefinitionRow {
  return {
    tenant: row.tenant as TenantId,
    name: bytes(row.name),
    version: row.version,
    content: bytes(row.content),
    key: bytes(row.key),
    sealed: bytes(row.sealed),
    createdAt: row.created_at,
  };
}

export function secretOf(row: SqlSecret): SecretRow {
  return {
    tenant: row.tenant as TenantId,
    name: bytes(row.name),
    version: row.version,
    key: bytes(row.key),
    sealed: bytes(row.sealed),
    updatedAt: row.updated_at,
  };
}

/** A Buffer is a view that says more than it should: plain bytes, without a copy. */
function bytes(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
