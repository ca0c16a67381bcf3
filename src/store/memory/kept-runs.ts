// Ended runs at the top that active runs keep, in the memory store: each must stay until the last that keeps it has ended.

import type { DefinitionName, KeptRun } from "../../ports/live-records.ts";
import type { RunId, TenantId } from "../../value/id.ts";
import { hex } from "../hex.ts";
import type { MemoryTables } from "./memory-tables.ts";
import type { RunRecord } from "./run-record.ts";

/** Whether an active run keeps the run of this `tenant/run`. */
export function isKept(tables: MemoryTables, key: string): boolean {
  for (const open of tables.open) {
    const record = tables.runs.get(open);
    if (record?.keeps.some((run) => `${record.tenant}/${run}` === key) === true) return true;
  }
  return false;
}

export function listTree(tables: MemoryTables, tenant: TenantId, root: RunId): readonly DefinitionName[] {
  const found = new Map<string, DefinitionName>();
  for (const record of tables.runs.values()) {
    if (record.tenant !== tenant || (record.run !== root && record.birth.root !== root)) continue;
    const { workflow: name, version } = record.birth;
    found.set(`${hex(name)}/${version}`, { name, version });
  }
  return [...found.values()];
}

/** Whether all that the run at the top and its children are runs of is live. */
export function isTreeLive(tables: MemoryTables, tenant: TenantId, root: RunId): boolean {
  return listTree(tables, tenant, root).every(({ name, version }) => {
    return tables.definitions.get(`${tenant}/${hex(name)}/${version}`)?.live !== null;
  });
}

/** Whether the runs that are still there have the keys that were seen, and what is to be live can be. */
export function canKeep(tables: MemoryTables, tenant: TenantId, keeps: readonly KeptRun[]): boolean {
  return keeps.every(({ run, key, live }) => {
    const record = tables.runs.get(`${tenant}/${run}`);
    if (record === undefined) return true;
    return hex(record.birth.key) === hex(key) && (live === null || isTreeLive(tables, tenant, run));
  });
}

/** Gives the runs that are kept. */
export function keepRuns(
  { runs }: MemoryTables,
  tenant: TenantId,
  keeps: readonly KeptRun[],
): readonly RunId[] {
  return keeps.flatMap(({ run, live }) => {
    const key = `${tenant}/${run}`;
    const record = runs.get(key);
    if (record === undefined) return [];
    if (live !== null) runs.set(key, { ...record, birth: { ...record.birth, live } });
    return [run];
  });
}

/** A run that kept these has ended, and is stored so: what nobody needs any more is closed. */
export function releaseRuns(tables: MemoryTables, { tenant, keeps }: RunRecord): void {
  for (const run of keeps) {
    const key = `${tenant}/${run}`;
    const record = tables.runs.get(key);
    if (record === undefined || record.head.endedAt === null || isKept(tables, key)) continue;
    tables.runs.set(key, { ...record, birth: { ...record.birth, live: null } });
  }
}
