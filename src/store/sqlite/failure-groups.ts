// The list of groups of runs that ended badly alike: at the cost of its pages, and not of the runs.

import type { Database } from "better-sqlite3";
import {
  type FailureFilter,
  type FailureGroup,
  groupRunsMax,
  groupSamples,
  groupVersionRuns,
} from "../../ports/overview-store.ts";
import type { Page } from "../../ports/store.ts";
import type { TenantId } from "../../value/id.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { hex } from "../hex.ts";
import { bytes, runColumns, runOf, type SqlRun } from "./rows.ts";

interface SqlGroup {
  readonly failure: Uint8Array;
  readonly workflow: Uint8Array;
  readonly runs: number;
  readonly last_at: number;
}

interface Counted {
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** Groups looked at for one page, when few of them have runs that fit. */
const groupsMax = 1_000;
/** Runs counted for one page, about: it ends early then. */
const countedMax = 20_000;

export type ListFailures = (
  tenant: TenantId,
  no: number,
  filter: FailureFilter,
  cursor: string | null,
  limit: number,
) => Page<FailureGroup>;

export function prepareListFailures(database: Database): ListFailures {
  const statements = prepareStatements(database);

  function groupOf(
    tenant: TenantId,
    no: number,
    group: SqlGroup,
    filter: FailureFilter,
  ): FailureGroup | null {
    const { createdFrom, createdTo } = filter;
    const asked = {
      no,
      failure: group.failure,
      from: createdFrom ?? 0,
      to: createdTo ?? Number.MAX_SAFE_INTEGER,
    };
    const isTimed = createdFrom !== undefined || createdTo !== undefined;
    const counted = isTimed
      ? (statements.count.get(asked) as Counted)
      : { count: group.runs, firstAt: statements.first.get(asked) as number, lastAt: group.last_at };
    if (counted.count === 0) return null;
    const versions = statements.versions.all(asked) as number[];
    return {
      failure: bytes(group.failure),
      workflow: bytes(group.workflow),
      versions,
      ...counted,
      count: Math.min(counted.count, isTimed ? groupRunsMax : counted.count),
      more: isTimed && counted.count > groupRunsMax,
      samples: statements.samples.all(asked).map((row) => runOf(tenant, row)),
    };
  }

  return (tenant, no, filter, cursor, limit) => {
    const [at, failure] = cursor === null ? [Number.MAX_SAFE_INTEGER, ""] : decodeCursor(cursor, 2);
    const workflow = filter.workflow ?? null;
    const place = {
      no,
      workflow,
      at: Number(at),
      failure: Buffer.from(String(failure), "hex"),
      limit: groupsMax,
    };
    const groups = (workflow === null ? statements.groups : statements.ofWorkflow).all(place);
    const isTimed = filter.createdFrom !== undefined || filter.createdTo !== undefined;
    const rows: FailureGroup[] = [];
    let last: SqlGroup | null = null;
    let counted = 0;
    for (const group of groups) {
      if (rows.length === limit || counted >= countedMax) return { rows, next: cursorOf(last) };
      // What has ended before was made before.
      if (group.last_at < (filter.createdFrom ?? 0)) return { rows, next: null };
      const found = groupOf(tenant, no, group, filter);
      if (found !== null) rows.push(found);
      if (isTimed) counted += found?.count ?? 0;
      last = group;
    }
    return { rows, next: groups.length < groupsMax ? null : cursorOf(last) };
  };
}

function cursorOf(group: SqlGroup | null): string | null {
  return group === null ? null : encodeCursor([String(group.last_at), hex(group.failure)]);
}

function prepareStatements(database: Database) {
  const groups = `SELECT failure, workflow, runs, last_at FROM failure_group`;
  const after = "(last_at, failure) < (@at, @failure) ORDER BY last_at DESC, failure DESC LIMIT @limit";
  const own = "tenant = @no AND failure = @failure";
  const newest = (limit: number) =>
    `SELECT * FROM failure WHERE ${own} AND created_at >= @from AND created_at < @to
     ORDER BY created_at DESC, run DESC LIMIT ${limit}`;
  return {
    groups: database.prepare<object, SqlGroup>(
      `${groups} INDEXED BY failure_group_last WHERE tenant = @no AND ${after}`,
    ),
    ofWorkflow: database.prepare<object, SqlGroup>(
      `${groups} INDEXED BY failure_group_workflow WHERE tenant = @no AND workflow = @workflow AND ${after}`,
    ),
    first: database.prepare<object, number>(`SELECT min(ended_at) FROM failure WHERE ${own}`).pluck(),
    count: database.prepare<object, Counted>(
      `SELECT count(*) AS count, min(ended_at) AS firstAt, max(ended_at) AS lastAt FROM (${newest(groupRunsMax + 1)})`,
    ),
    versions: database
      .prepare<object, number>(`SELECT DISTINCT version FROM (${newest(groupVersionRuns)}) ORDER BY version`)
      .pluck(),
    samples: database.prepare<object, SqlRun>(
      `SELECT ${runColumns} FROM (${newest(groupSamples)}) AS f
         CROSS JOIN head AS h ON h.no = f.run CROSS JOIN run AS r ON r.no = f.run
       ORDER BY f.created_at DESC, f.run DESC`,
    ),
  };
}
