// Places of runs that were due before a time, and that nobody holds.

import type { Database } from "better-sqlite3";
import type { RunFilter } from "../../ports/store.ts";
import { isTerminal, runStatuses } from "../../run/status.ts";
import { any } from "./listed-writes.ts";
import { newestOf, type Place, type PlacesOf } from "./place-of-run.ts";
import { statusNumber } from "./rows.ts";

/** How far each way looks: some milliseconds. Where neither is enough, all that are overdue are sorted. */
const bounds = {
  /** As many are found by when they were due, and sorted. */
  sorted: 10_000,
  /** Of the newest that go on, as many are looked at for those that are overdue. */
  looked: 1_000,
  page: 200,
};
type Bounds = Readonly<typeof bounds>;
const goingOn = runStatuses.filter((status) => !isTerminal(status));

/**
 * Due runs are claimed at once where their tenant is open: few stay due, and all of them are looked at, in the index alone. Where
 * many are, nearly all that go on are, and a page of them is found among the newest. `candidates` gives the places of what the
 * filter asks beside.
 */
export function preparePlacesOverdue(
  database: Database,
  candidates: PlacesOf,
  most: Bounds = bounds,
): PlacesOf {
  const sorted = prepareSorted(database);
  const among = prepareAmongNewest(database, candidates, most);
  const many = database
    .prepare<[number, number, number], number>(
      `SELECT 1 FROM head INDEXED BY head_overdue
       WHERE owner <= 0 AND due_at IS NOT NULL AND tenant = ? AND due_at < ? LIMIT 1 OFFSET ?`,
    )
    .pluck();
  return (tenant, filter, before, limit) => {
    const isMany = many.get(tenant, filter.overdueAt ?? 0, most.sorted) !== undefined;
    const found = isMany ? among(tenant, filter, before, limit) : null;
    return found ?? sorted(tenant, filter, before, limit);
  };
}

/** Gives null where too few of the newest are overdue to tell. */
function prepareAmongNewest(
  database: Database,
  candidates: PlacesOf,
  { looked: lookedMax, page: pageMax }: Bounds,
) {
  const isLate = database
    .prepare<[number, number], number>("SELECT 1 FROM head WHERE no = ? AND owner <= 0 AND due_at < ?")
    .pluck();
  return (
    tenant: number,
    { overdueAt = 0, doing: _doing, ...filter }: RunFilter,
    before: Place,
    limit: number,
  ): readonly Place[] | null => {
    const statuses = goingOn.filter((status) => filter.statuses?.includes(status) ?? true);
    const found: Place[] = [];
    let at = before;
    for (let looked = 0; looked < lookedMax; looked += pageMax) {
      const page = newestOf(candidates(tenant, { ...filter, statuses }, at, pageMax), pageMax);
      found.push(...page.filter(({ no }) => isLate.get(no, overdueAt) !== undefined));
      const last = page.at(-1);
      if (found.length >= limit || page.length < pageMax || last === undefined) return found;
      at = last;
    }
    return null;
  };
}

function prepareSorted(database: Database): PlacesOf {
  const late = `SELECT created_at AS createdAt, no, status FROM head INDEXED BY head_overdue
     WHERE owner <= 0 AND due_at IS NOT NULL AND tenant = @tenant AND due_at < @overdueAt
       AND created_at >= @from AND created_at <= @to AND (created_at < @before OR no < @no)
       AND (1 << status) & @statuses AND (@workflow = x'' OR workflow = @workflow)
     ORDER BY created_at DESC, no DESC`;
  const places = database.prepare<object, Place>(`${late} LIMIT @limit`);
  // Labels are looked for from the newest on, no further than a page.
  const labelled = database.prepare<object, Place>(
    `WITH late AS MATERIALIZED (${late})
     SELECT h.createdAt, h.no FROM late AS h WHERE EXISTS (
       SELECT 1 FROM listed AS l WHERE l.tenant = @tenant AND l.what = x'' AND l.label = @label
         AND l.workflow = x'' AND l.status = h.status AND l.created_at = h.createdAt AND l.run = h.no)
     LIMIT @limit`,
  );
  return (tenant, filter, before, limit) => {
    const { workflow = any, label, statuses = runStatuses, overdueAt, createdFrom, createdTo } = filter;
    const asked = {
      tenant,
      workflow,
      statuses: statuses.reduce((bits, status) => bits | (1 << statusNumber(status)), 0),
      overdueAt,
      from: createdFrom ?? 0,
      to: Math.min(createdTo === undefined ? before.createdAt : createdTo - 1, before.createdAt),
      before: before.createdAt,
      no: before.no,
      limit,
    };
    return label === undefined ? places.all(asked) : labelled.all({ ...asked, label });
  };
}
