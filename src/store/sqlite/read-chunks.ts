// Bodies that stand apart from the events of their run, chunk by chunk.

import type { Database } from "better-sqlite3";
import type { BodyChunk, ChunkPlace } from "../../ports/store.ts";
import type { RunId } from "../../value/id.ts";
import { runIdBytes } from "./run-id-bytes.ts";

export type ReadChunks = (
  tenantNo: number,
  run: RunId,
  after: ChunkPlace | null,
  limit: number,
) => readonly BodyChunk[];

export function prepareReadChunks(database: Database): ReadChunks {
  const select = database.prepare<[number, Uint8Array, number, number, number], BodyChunk>(
    `SELECT body, place AS chunk, sealed FROM chunk
     WHERE run = (SELECT no FROM run WHERE tenant = ? AND id = ? AND no NOT IN (SELECT no FROM leaving_run))
       AND (body, place) > (?, ?)
     ORDER BY body, place LIMIT ?`,
  );

  return (tenantNo, run, after, limit) => {
    const { body, chunk } = after ?? { body: 0, chunk: -1 };
    const rows = select.all(tenantNo, runIdBytes(run), body, chunk, limit);
    return rows.map((row) => ({ ...row, sealed: new Uint8Array(row.sealed) }));
  };
}
