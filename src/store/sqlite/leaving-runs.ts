// Runs that were forgotten and whose log is so long that it goes in pieces: nobody sees them, and the row goes last.

import type { Database } from "better-sqlite3";
import { prepareDropLog } from "./drop-log.ts";
import { prepareForgottenRoots } from "./forgotten-roots.ts";

export interface LeavingRuns {
  /** Drops the run with as much of its log as may go, in batches; what is left follows by `remove`. Gives what that took. */
  drop(no: number, workMax: number): number;
  /** Goes on with those of before. Gives how much was done: less than `workMax` when nothing is left. */
  remove(workMax: number): number;
}

interface Run {
  readonly tenant: number;
  readonly id: Uint8Array;
}

export function prepareLeavingRuns(database: Database): LeavingRuns {
  const dropLog = prepareDropLog(database);
  const roots = prepareForgottenRoots(database);
  const first = database.prepare<[], number>("SELECT no FROM leaving_run LIMIT 1").pluck();
  const add = database.prepare<[number]>("INSERT INTO leaving_run (no) VALUES (?)");
  const end = database.prepare<[number]>("DELETE FROM leaving_run WHERE no = ?");
  // Its number is given to no other run, its key to start by may be.
  const hide = database.prepare<[number]>("UPDATE run SET start_key = NULL WHERE no = ?");
  const dropHead = database.prepare<[number]>("DELETE FROM head WHERE no = ?");
  const dropRun = database.prepare<[number], Run>("DELETE FROM run WHERE no = ? RETURNING tenant, id");

  function finish(no: number): void {
    const run = dropRun.get(no);
    if (run !== undefined) roots.add(run.tenant, run.id);
  }

  return {
    drop(no, workMax) {
      dropHead.run(no);
      const work = dropLog(no, workMax);
      if (work < workMax) finish(no);
      else {
        hide.run(no);
        add.run(no);
      }
      return work;
    },
    remove(workMax) {
      let work = 0;
      for (let no = first.get(); no !== undefined && work < workMax; no = first.get()) {
        const left = workMax - work;
        const done = dropLog(no as number, left);
        work += done;
        if (done >= left) break;
        finish(no as number);
        end.run(no as number);
      }
      return work;
    },
  };
}
