// When the next run that nobody holds is due: of those that are attended, of open tenants only.

import type { Database } from "better-sqlite3";
import { leftBehind } from "../run-owner.ts";
import { isNotLeaving } from "./deleted-tenants.ts";

/** Takes a JSON list of the numbers of open tenants. 0 when one is poked, null when none will be due. */
export type NextDue = (open: string) => number | null;

/** Owners of runs that nobody holds. */
const nobody = [0, leftBehind];

export function prepareNextDue(database: Database): NextDue {
  const poked = nobody.flatMap((owner) => [
    `EXISTS (SELECT 1 FROM head INDEXED BY head_poked
       WHERE owner = ${owner} AND attended = 0 AND poked = 1 AND ${isNotLeaving("tenant")})`,
    `EXISTS (SELECT 1 FROM json_each(@open) CROSS JOIN head AS h INDEXED BY head_attended_poked
       ON h.owner = ${owner} AND h.tenant = value AND h.attended = 1 AND h.poked = 1)`,
  ]);
  const due = nobody.flatMap((owner) => [
    `SELECT (SELECT due_at FROM head INDEXED BY head_due
       WHERE owner = ${owner} AND attended = 0 AND due_at IS NOT NULL AND ${isNotLeaving("tenant")}
       ORDER BY due_at LIMIT 1) AS at`,
    `SELECT (SELECT due_at FROM head INDEXED BY head_attended
       WHERE owner = ${owner} AND tenant = value AND attended = 1 AND due_at IS NOT NULL ORDER BY due_at LIMIT 1)
       FROM json_each(@open)`,
  ]);
  const isPoked = database.prepare<{ readonly open: string }>(`SELECT 1 WHERE ${poked.join(" OR ")}`).pluck();
  const next = database
    .prepare<{ readonly open: string }, number | null>(`SELECT min(at) FROM (${due.join(" UNION ALL ")})`)
    .pluck();
  return (open) => (isPoked.get({ open }) === undefined ? (next.get({ open }) as number | null) : 0);
}
