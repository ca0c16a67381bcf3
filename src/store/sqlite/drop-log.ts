// Drops the events and bodies of a run, as many as may go with one write.

import type { Database } from "better-sqlite3";

/** In batches, about: a piece of a body. */
const chunkWork = 10;

/** Gives what that took, in batches: `left` or more when it was cut, and some may be there still. */
export type DropLog = (run: number, left: number) => number;

export function prepareDropLog(database: Database): DropLog {
  const events = database.prepare<[number, number]>("DELETE FROM event WHERE run = ? LIMIT ?");
  const chunks = database.prepare<[number, number]>("DELETE FROM chunk WHERE run = ? LIMIT ?");
  return (run, left) => {
    const work = events.run(run, left).changes;
    return work >= left
      ? work
      : work + chunks.run(run, Math.ceil((left - work) / chunkWork)).changes * chunkWork;
  };
}
