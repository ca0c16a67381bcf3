// What runs are doing, in rows of their own, so that lists find those few that do it. Most appends change nothing here.

import type { Database } from "better-sqlite3";
import { doings } from "../../run/doing.ts";

/** Sets what a run does: bits as of `doings`. Each kind has a row among all runs of the tenant, and one of its workflow. */
export type ChangeDoing = (no: number, before: number, after: number) => void;

export function prepareDoing(database: Database): ChangeDoing {
  const set = database.prepare<[number, number]>("UPDATE head SET doing = ? WHERE no = ?");
  const ofAll = "SELECT tenant, ?, x'', created_at, no FROM head WHERE no = ?";
  const ofWorkflow = "SELECT tenant, ?, workflow, created_at, no FROM head WHERE no = ?";
  const columns = "tenant, kind, workflow, created_at, run";
  const [inserts, removes] = [
    [ofAll, ofWorkflow].map((rows) => `INSERT OR IGNORE INTO doing (${columns}) ${rows}`),
    [ofAll, ofWorkflow].map((rows) => `DELETE FROM doing WHERE (${columns}) = (${rows})`),
  ].map((texts) => texts.map((text) => database.prepare<[number, number]>(text)));

  return (no, before, after) => {
    set.run(after, no);
    for (const kind of doings.keys()) {
      const isSet = (bits: number) => (bits & (1 << kind)) !== 0;
      if (isSet(before) === isSet(after)) continue;
      for (const statement of (isSet(after) ? inserts : removes) ?? []) statement.run(kind, no);
    }
  };
}
