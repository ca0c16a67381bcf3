// A run as the memory store keeps it.

import type {
  BodyChunk,
  ChunkPlace,
  EventBatch,
  Fence,
  RunBirth,
  RunHead,
  RunRow,
} from "../../ports/store.ts";
import type { RunId, TenantId } from "../../value/id.ts";

export interface RunRecord {
  readonly tenant: TenantId;
  readonly run: RunId;
  readonly birth: RunBirth;
  readonly head: RunHead;
  readonly lastSeq: number;
  /** Fence of the lease that holds it; 0 for none. */
  readonly owner: Fence;
  /** It must look at the world again. */
  readonly poked: boolean;
  /** In hexadecimal. */
  readonly topics: readonly string[];
  /** While it is active. */
  readonly keeps: readonly RunId[];
  /** The first `batchCount` are this record's; later records may have added to the list. */
  readonly batches: EventBatch[];
  readonly batchCount: number;
  /** In their order. */
  readonly chunks: readonly BodyChunk[];
}

export function rowOf(record: RunRecord): RunRow {
  const { tenant, run, birth, head, lastSeq, owner, batches } = record;
  const { labels: _labels, retentionMs: _kept, ...born } = birth;
  const first = birth.card.length === 0 ? (batches[0]?.sealed ?? null) : null;
  return { ...born, ...head, held: owner !== 0, tenant, run, lastSeq, first };
}

export function batchesAfter(
  record: RunRecord | undefined,
  afterSeq: number,
  limit: number,
): readonly EventBatch[] {
  const own = record?.batches.slice(0, record.batchCount) ?? [];
  return own.filter((batch) => batch.lastSeq > afterSeq).slice(0, limit);
}

export type ChunkPage = [after: ChunkPlace | null, limit: number];

export function chunksAfter(
  record: RunRecord | undefined,
  ...[after, limit]: ChunkPage
): readonly BodyChunk[] {
  const { body, chunk } = after ?? { body: 0, chunk: -1 };
  const chunks = record?.chunks ?? [];
  return chunks.filter((one) => one.body > body || (one.body === body && one.chunk > chunk)).slice(0, limit);
}
