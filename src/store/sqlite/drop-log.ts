// Drops the events and bodies of a run, as many as may go with one write.

import type { Database } from "better-sqlite3";
import { doWithin } from "./within-work.ts";

/** In batches, about: a piece of a body, beside its pages. */
const chunkWork = 10;

interface Piece {
  readonly no: number;
  readonly bytes: number;
}

/** Gives what that took, in batches: `left` or more when it was cut, and some may be there still. */
export type DropLog = (run: number, left: number) => number;

export function prepareDropLog(database: Database): DropLog {
  const [dropBatches, dropChunks] = [
    prepareDropPieces(database, "event", 1),
    prepareDropPieces(database, "chunk", chunkWork),
  ];
  return (run, left) => {
    const work = dropBatches(run, left);
    return work >= left ? work : work + dropChunks(run, left - work);
  };
}

function prepareDropPieces(database: Database, table: "event" | "chunk", rowWork: number): DropLog {
  const find = database.prepare<[number, number], Piece>(
    `SELECT no, length(sealed) AS bytes FROM ${table} WHERE run = ? LIMIT ?`,
  );
  const remove = database.prepare<[number]>(`DELETE FROM ${table} WHERE no = ?`);
  return (run, left) =>
    doWithin(find.all(run, Math.ceil(left / rowWork)), { left, rowWork }, ({ no }) => remove.run(no)).work;
}
