// What the memory store tells of many runs at once.

import {
  activeCounted,
  type FailureFilter,
  type FailureGroup,
  groupRunsMax,
  groupSamples,
  groupVersionRuns,
  type OverviewStore,
  type WaitingFilter,
  type WorkflowStats,
} from "../../ports/overview-store.ts";
import type { Page, RunRow } from "../../ports/store.ts";
import { isTerminal } from "../../run/status.ts";
import type { TenantId } from "../../value/id.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { hex } from "../hex.ts";
import type { MemoryTables } from "./memory-tables.ts";
import { outcomesOf } from "./outcomes.ts";
import { type RunRecord, rowOf } from "./run-record.ts";

export class MemoryOverview implements OverviewStore {
  readonly #tables: MemoryTables;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
  }

  async readStats(
    tenant: TenantId,
    workflow: Uint8Array,
    sinceMs: number,
    recent: number,
  ): Promise<WorkflowStats> {
    const own = [...this.#tables.runs.values()]
      .filter((record) => record.tenant === tenant && hex(record.birth.workflow) === hex(workflow))
      .sort((a, b) => (a.run < b.run ? 1 : -1));
    const ended = own.flatMap(({ run, head, birth }) => {
      const { status, endedAt: at } = head;
      return at !== null && isTerminal(status)
        ? [{ run, status, createdAt: birth.createdAt, endedAt: at }]
        : [];
    });
    return {
      outcomes: outcomesOf(this.#tables, tenant, workflow, sinceMs),
      recent: ended.slice(0, recent),
      active: Math.min(own.filter(({ head }) => !isTerminal(head.status)).length, activeCounted),
    };
  }

  async listWaiting(
    tenant: TenantId,
    filter: WaitingFilter,
    cursor: string | null,
    limit: number,
  ): Promise<Page<RunRow>> {
    const after = cursor === null ? "" : (decodeCursor(cursor, 1)[0] ?? "");
    const found = [...this.#tables.open]
      .map((key) => this.#tables.runs.get(key) as RunRecord)
      .filter((record) => record.tenant === tenant && record.run > after && waits(record, filter))
      .sort((a, b) => (a.run < b.run ? -1 : 1));
    const rows = found.slice(0, limit);
    const last = rows.at(-1);
    const more = found.length > limit && last !== undefined;
    return { rows: rows.map(rowOf), next: more ? encodeCursor([last.run]) : null };
  }

  async listFailures(
    tenant: TenantId,
    filter: FailureFilter,
    cursor: string | null,
    limit: number,
  ): Promise<Page<FailureGroup>> {
    const [at, failure] = cursor === null ? [] : decodeCursor(cursor, 2);
    const found = [...this.#groups(tenant)]
      .map(([key, runs]) => ({ key, lastAt: lastOf(runs), group: groupOf(runs, filter) }))
      .filter(({ group, key, lastAt }) => {
        const isAfter =
          at === undefined || lastAt < Number(at) || (lastAt === Number(at) && key < (failure ?? ""));
        return group !== null && isAfter;
      })
      .sort((a, b) => b.lastAt - a.lastAt || (a.key < b.key ? 1 : -1));
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    const more = found.length > limit && last !== undefined;
    const rows = shown.flatMap(({ group }) => group ?? []);
    return { rows, next: more ? encodeCursor([String(last.lastAt), last.key]) : null };
  }

  /** By their hash in hexadecimal, each with its runs, the newest first. */
  #groups(tenant: TenantId): ReadonlyMap<string, readonly RunRecord[]> {
    const groups = new Map<string, RunRecord[]>();
    const runs = [...this.#tables.runs.values()].filter((record) => record.tenant === tenant);
    for (const record of runs.sort((a, b) => (a.run < b.run ? 1 : -1))) {
      if (record.head.failure === null) continue;
      const key = hex(record.head.failure);
      groups.set(key, [...(groups.get(key) ?? []), record]);
    }
    return groups;
  }
}

function waits({ head, birth }: RunRecord, filter: WaitingFilter): boolean {
  const { doing, workflow, label, createdFrom, createdTo } = filter;
  if ((head.doing & doing) === 0) return false;
  if (workflow !== undefined && hex(birth.workflow) !== hex(workflow)) return false;
  if (label !== undefined && !birth.labels.some((own) => hex(own) === hex(label))) return false;
  return birth.createdAt >= (createdFrom ?? 0) && birth.createdAt < (createdTo ?? Number.MAX_SAFE_INTEGER);
}

function groupOf(all: readonly RunRecord[], filter: FailureFilter): FailureGroup | null {
  const { workflow, createdFrom, createdTo } = filter;
  const runs = all.filter(
    ({ birth }) =>
      (workflow === undefined || hex(birth.workflow) === hex(workflow)) &&
      birth.createdAt >= (createdFrom ?? 0) &&
      birth.createdAt < (createdTo ?? Number.MAX_SAFE_INTEGER),
  );
  const [newest] = runs;
  if (newest === undefined) return null;
  const isTimed = createdFrom !== undefined || createdTo !== undefined;
  const counted = isTimed ? runs.slice(0, groupRunsMax) : runs;
  const versions = new Set(runs.slice(0, groupVersionRuns).map(({ birth }) => birth.version));
  return {
    failure: newest.head.failure as Uint8Array,
    workflow: newest.birth.workflow,
    versions: [...versions].sort((a, b) => a - b),
    count: counted.length,
    more: counted.length < runs.length,
    firstAt: Math.min(...counted.map(endedAt)),
    lastAt: lastOf(counted),
    samples: runs.slice(0, groupSamples).map(rowOf),
  };
}

function lastOf(runs: readonly RunRecord[]): number {
  return Math.max(...runs.map(endedAt));
}

function endedAt({ head }: RunRecord): number {
  return head.endedAt ?? 0;
}
