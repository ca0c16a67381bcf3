// When the next run that nobody holds is due: of those that are attended, of open tenants only.

import type { Database } from "better-sqlite3";
import { isNotLeaving } from "./deleted-tenants.ts";

/** Takes a JSON list of the numbers of open tenants. 0 when one is poked, null when none will be due. */
export type NextDue = (open: string) => number | null;

export function prepareNextDue(database: Database): NextDue {
  const isPoked = database
    .prepare<{ readonly open: string }>(
      `SELECT 1 WHERE EXISTS (SELECT 1 FROM head INDEXED BY head_poked
           WHERE owner = 0 AND attended = 0 AND poked = 1 AND ${isNotLeaving("tenant")})
         OR EXISTS (SELECT 1 FROM json_each(@open) CROSS JOIN head AS h INDEXED BY head_attended_poked
           ON h.owner = 0 AND h.tenant = value AND h.attended = 1 AND h.poked = 1)`,
    )
    .pluck();
  const next = database
    .prepare<{ readonly open: string }, number | null>(
      `SELECT min(at) FROM (
         SELECT (SELECT due_at FROM head INDEXED BY head_due
           WHERE owner = 0 AND attended = 0 AND due_at IS NOT NULL AND ${isNotLeaving("tenant")} ORDER BY due_at LIMIT 1) AS at
         UNION ALL SELECT (SELECT due_at FROM head INDEXED BY head_attended
           WHERE owner = 0 AND tenant = value AND attended = 1 AND due_at IS NOT NULL ORDER BY due_at LIMIT 1)
         FROM json_each(@open))`,
    )
    .pluck();
  return (open) => (isPoked.get({ open }) === undefined ? (next.get({ open }) as number | null) : 0);
}
