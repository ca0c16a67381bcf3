// Ends leases. Of what they held, the runs that have ended are set free: no sweep would ever look for them.

import type { Database } from "better-sqlite3";
import type { Fence } from "../../ports/store.ts";
import type { Heads } from "./heads.ts";

export interface LeaseEnds {
  /** Also what was held under leases that are long forgotten is then free. */
  all(): void;
  one(fence: Fence): void;
  /** Those whose time is over, but not `except`. */
  expired(now: number, except: Fence): void;
}

/** What has ended and is due is claimed as any other run that is due, as held. */
const isOver = "owner <> 0 AND due_at IS NULL AND ended_at IS NOT NULL";

export function prepareLeaseEnds(database: Database, heads: Heads): LeaseEnds {
  const endAll = database.prepare("UPDATE lease SET ended = 1 WHERE ended = 0");
  const end = database.prepare<[number]>("UPDATE lease SET ended = 1 WHERE fence = ?");
  const endExpired = database
    .prepare<[number, number], number>(
      "UPDATE lease SET ended = 1 WHERE ended = 0 AND expires_at <= ? AND fence <> ? RETURNING fence",
    )
    .pluck();
  const freeAll = database.prepare(
    `UPDATE head INDEXED BY head_due SET owner = 0 WHERE owner > 0 AND ${isOver}`,
  );
  const free = database.prepare<[number]>(
    `UPDATE head INDEXED BY head_due SET owner = 0 WHERE owner = ? AND attended IN (0, 1) AND ${isOver}`,
  );

  return {
    all() {
      endAll.run();
      if (freeAll.run().changes > 0) heads.forgetAll();
    },
    one(fence) {
      end.run(fence);
      if (free.run(fence).changes > 0) heads.forgetAll();
    },
    expired(now, except) {
      for (const fence of endExpired.all(now, except)) {
        if (free.run(fence).changes > 0) heads.forgetAll();
      }
    },
  };
}
