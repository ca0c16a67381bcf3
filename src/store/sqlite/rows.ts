// Rows of the SQLite tables, and what the port makes of them.

import type {
  DefinitionRow,
  EventBatch,
  IncomingRow,
  RunRow,
  SecretRow,
  TriggerRow,
} from "../../ports/store.ts";
import { type RunStatus, runStatuses } from "../../run/status.ts";
import type { TenantId } from "../../value/id.ts";
import { unpackList } from "./byte-list.ts";
import { runIdOf } from "./run-id-bytes.ts";
import { unpackSummaries } from "./summaries.ts";

/** A run and its head, joined. */
export interface SqlRun {
  readonly no: number;
  readonly id: Uint8Array;
  readonly status: number;
  readonly owner: number;
  readonly doing: number;
  readonly due_at: number | null;
  readonly created_at: number;
  readonly ended_at: number | null;
  readonly last_seq: number;
  readonly version: number;
  readonly workflow: Uint8Array;
  readonly key: Uint8Array;
  readonly card: Uint8Array;
  readonly first: Uint8Array | null;
  readonly start_key: Uint8Array | null;
  readonly live: Uint8Array | null;
  readonly attended: number;
  readonly root: Uint8Array | null;
  readonly failure: Uint8Array | null;
}

/** Columns of `SqlRun`, from `run AS r` and `head AS h`. */
export const runColumns = `r.no, r.id, h.status, h.owner, h.doing, h.due_at, h.created_at, h.ended_at, h.last_seq, r.version,
  h.workflow, r.key, r.card, r.start_key, h.live, h.attended, r.root,
  h.failure,
  CASE r.card WHEN x'' THEN (SELECT e.sealed FROM event AS e WHERE e.run = r.no ORDER BY e.last_seq LIMIT 1) END AS first`;

export interface SqlEvent {
  readonly first_seq: number;
  readonly last_seq: number;
  readonly summaries: Uint8Array;
  readonly sealed: Uint8Array;
}

export interface SqlDefinition {
  readonly tenant: string;
  readonly name: Uint8Array;
  readonly version: number;
  readonly content: Uint8Array;
  readonly key: Uint8Array;
  readonly live: Uint8Array | null;
  readonly sealed: Uint8Array;
  readonly created_at: number;
  readonly names: Uint8Array;
}

export interface SqlSecret {
  readonly tenant: string;
  readonly name: Uint8Array;
  readonly version: number;
  readonly key: Uint8Array;
  readonly live: Uint8Array | null;
  readonly sealed: Uint8Array;
  readonly updated_at: number;
}

export interface SqlTrigger {
  readonly tenant: string;
  readonly workflow: Uint8Array;
  readonly place: number;
  readonly version: number;
  readonly sealed: Uint8Array;
  readonly kind: TriggerRow["kind"];
  readonly topic: Uint8Array | null;
  readonly schedule: string | null;
  readonly next_at: number | null;
  readonly scheduled_at: number | null;
  readonly until: number | null;
}

/** An event, with its tenant's id. */
export interface SqlIncoming {
  readonly tenant: string;
  readonly id: Uint8Array;
  readonly topics: Uint8Array;
  readonly received_at: number;
  readonly key: Uint8Array;
  readonly live: Uint8Array | null;
  readonly sealed: Uint8Array;
}

/** Its place in `runStatuses`: a part of the stored form. */
export function statusNumber(status: RunStatus): number {
  return runStatuses.indexOf(status);
}

export function runOf(tenant: TenantId, row: SqlRun): RunRow {
  return {
    tenant,
    run: runIdOf(row.id),
    status: runStatuses[row.status] as RunStatus,
    dueAt: row.due_at,
    held: row.owner !== 0,
    doing: row.doing,
    endedAt: row.ended_at,
    failure: bytesOrNull(row.failure),
    lastSeq: row.last_seq,
    createdAt: row.created_at,
    key: bytes(row.key),
    card: bytes(row.card),
    first: bytesOrNull(row.first),
    workflow: bytes(row.workflow),
    version: row.version,
    startKey: bytesOrNull(row.start_key),
    live: bytesOrNull(row.live),
    attended: row.attended === 1,
    root: row.root === null ? null : runIdOf(row.root),
  };
}

export function batchOf(row: SqlEvent): EventBatch {
  const { first_seq: firstSeq, last_seq: lastSeq } = row;
  return {
    firstSeq,
    lastSeq,
    summaries: unpackSummaries(firstSeq, lastSeq, row.summaries),
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
    live: bytesOrNull(row.live),
    sealed: bytes(row.sealed),
    createdAt: row.created_at,
    names: unpackList(row.names).map(bytes),
  };
}

export function secretOf(row: SqlSecret): SecretRow {
  return {
    tenant: row.tenant as TenantId,
    name: bytes(row.name),
    version: row.version,
    key: bytes(row.key),
    live: bytesOrNull(row.live),
    sealed: bytes(row.sealed),
    updatedAt: row.updated_at,
  };
}

export function triggerOf(row: SqlTrigger): TriggerRow {
  return {
    tenant: row.tenant as TenantId,
    workflow: bytes(row.workflow),
    place: row.place,
    version: row.version,
    sealed: bytes(row.sealed),
    kind: row.kind,
    topic: bytesOrNull(row.topic),
    schedule: row.schedule,
    nextAt: row.next_at,
    scheduledAt: row.scheduled_at,
    until: row.until,
  };
}

export function incomingOf(row: SqlIncoming): IncomingRow {
  return {
    tenant: row.tenant as TenantId,
    id: bytes(row.id),
    topics: unpackList(row.topics).map(bytes),
    receivedAt: row.received_at,
    key: bytes(row.key),
    live: bytesOrNull(row.live),
    sealed: bytes(row.sealed),
  };
}

/** A Buffer is a view that says more than it should: plain bytes, without a copy. */
export function bytes(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

export function bytesOrNull(buffer: Uint8Array | null): Uint8Array | null {
  return buffer === null ? null : bytes(buffer);
}
