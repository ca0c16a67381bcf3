// A head as a unit leaves it: only the columns that the unit changes are written.

import type { Database } from "better-sqlite3";
import { type BirthWrites, nextOf } from "./birth-writes.ts";
import type { Head } from "./heads.ts";
import type { KeptRuns } from "./kept-runs.ts";
import type { PackedUnit } from "./packed-units.ts";
import type { Pokes } from "./poke-writes.ts";

export function prepareHeadChange(
  database: Database,
  pokes: Pokes,
  births: BirthWrites,
  kept: KeptRuns,
): (head: Head, unit: PackedUnit) => Head {
  // An index is written anew when a statement names one of its columns, changed or not: two statements more.
  const setSeq = database.prepare("UPDATE head SET last_seq = ? WHERE no = ?");
  const setDue = database.prepare("UPDATE head SET last_seq = ?, owner = ?, due_at = ? WHERE no = ?");
  // A run that has ended is not poked, and waits for nothing.
  const setStatus = database.prepare(
    `UPDATE head SET last_seq = ?, owner = ?, due_at = ?, status = ?, ended_at = ?, poked = poked AND ? IS NULL
     WHERE no = ?`,
  );
  // From now on the engine alone cannot open it.
  const dropLive = database.prepare(
    `UPDATE head SET live = NULL WHERE no = @no AND live IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM kept_run WHERE kept = @no)`,
  );
  const setDoing = database.prepare("UPDATE head SET doing = ? WHERE no = ?");

  return (head, unit) => {
    const next: Head = { ...head, ...nextOf(unit) };
    if (next.doing !== head.doing) setDoing.run(next.doing, head.no);
    births.changeListed(head, next);
    births.outcomes.change(head.no, head, next);
    const hasFailed = next.failure !== null || head.failure !== null;
    if (hasFailed && next.endedAt !== head.endedAt) births.changeFailure(head.no, head.failure, next);
    if (next.status !== head.status || next.endedAt !== head.endedAt) {
      const { lastSeq, owner, dueAt, status, endedAt } = next;
      setStatus.run(lastSeq, owner, dueAt, status, endedAt, endedAt, head.no);
      if (endedAt !== null && head.endedAt === null) {
        pokes.forget(head.no);
        dropLive.run({ no: head.no });
        kept.release(head.no);
      }
    } else if (next.owner !== head.owner || next.dueAt !== head.dueAt) {
      setDue.run(next.lastSeq, next.owner, next.dueAt, head.no);
    } else {
      setSeq.run(next.lastSeq, head.no);
    }
    return next;
  };
}
