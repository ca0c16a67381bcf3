// Has the engine alone open a run that had ended.

import type { Database } from "better-sqlite3";

/** The version stands beside it: what was written before the head had one gets it here. */
export function prepareSetLive(database: Database): (no: number, live: Uint8Array) => void {
  const set = database.prepare(
    "UPDATE head SET live = ?, version = (SELECT version FROM run WHERE no = head.no) WHERE no = ?",
  );
  return (no, live) => void set.run(live, no);
}
