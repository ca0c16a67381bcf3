// What the engine alone may open, in the memory store.

import type { LiveRecords } from "../../ports/live-records.ts";
import type { DefinitionRow, RunBirth, SecretRow } from "../../ports/store.ts";
import type { TenantId } from "../../value/id.ts";
import { hex } from "../hex.ts";
import { type LiveDefinition, liveClosure } from "../live-closure.ts";
import { isCurrent } from "./engine-wraps.ts";
import type { MemoryTables } from "./memory-tables.ts";

interface LiveRow {
  readonly tenant: TenantId;
  readonly live: Uint8Array | null;
}

export function isLiveDefinition(tables: MemoryTables, tenant: TenantId, birth: RunBirth): boolean {
  return (tables.definitions.get(`${tenant}/${hex(birth.workflow)}/${birth.version}`)?.live ?? null) !== null;
}

/** A new row as it is stored: live only if a live definition or a grant names `name`. */
export function keptLive<Row extends LiveRow>(tables: MemoryTables, row: Row, name: Uint8Array): Row {
  if (row.live === null) return row;
  const wanted = hex(name);
  for (const naming of [tables.definitions, tables.grants]) {
    for (const { tenant, live, names } of naming.values()) {
      if (live !== null && tenant === row.tenant && names.some((one) => hex(one) === wanted)) return row;
    }
  }
  return { ...row, live: null };
}

export function keepLive(tables: MemoryTables, tenant: TenantId, records: LiveRecords): boolean {
  const all = [...records.definitions, ...records.secrets];
  if (!all.every(({ live }) => isCurrent(tables, live))) return false;
  if (!isWhole(tables, tenant, records)) return true;
  for (const { name, version, key: seen, live } of records.definitions) {
    const key = `${tenant}/${hex(name)}/${version}`;
    const row = tables.definitions.get(key);
    if (row !== undefined && hex(row.key) === hex(seen)) tables.definitions.set(key, { ...row, live });
  }
  for (const { name, version, key: seen, live } of records.secrets) {
    const key = `${tenant}/${hex(name)}`;
    const row = tables.secrets.get(key);
    if (row?.version === version && hex(row.key) === hex(seen)) tables.secrets.set(key, { ...row, live });
  }
  return true;
}

export function halfLive(tables: MemoryTables, tenant: TenantId, limit: number): readonly DefinitionRow[] {
  const found: DefinitionRow[] = [];
  for (const row of tables.definitions.values()) {
    const { tenant: owner, name, version, key, live } = row;
    if (owner !== tenant || live === null || found.length === limit) continue;
    const records = { definitions: [{ name, version, key, live }], secrets: [] };
    if (!isWhole(tables, tenant, records)) found.push(row);
  }
  return found;
}

/** Whether all that the definitions name is live, or becomes so. */
function isWhole(tables: MemoryTables, tenant: TenantId, { definitions, secrets }: LiveRecords): boolean {
  const opened = new Map(
    [...definitions, ...secrets].map(({ name, version, key }) => [`${hex(name)}/${version}`, hex(key)]),
  );
  return definitions.every(({ name, version }) => {
    const named = tables.definitions.get(`${tenant}/${hex(name)}/${version}`)?.names ?? [];
    return areOpen(tables, tenant, named, opened);
  });
}

/** Whether whatever is there of what has these keyed hashes is live, or becomes so: its version, under the key that was seen. */
export function areOpen(
  tables: MemoryTables,
  tenant: TenantId,
  names: readonly Uint8Array[],
  opened: ReadonlyMap<string, string> = new Map(),
): boolean {
  // A secret that was deleted has nothing to open.
  const mayOpen = (row: DefinitionRow | SecretRow | undefined) =>
    row === undefined ||
    row.sealed.length === 0 ||
    row.live !== null ||
    opened.get(`${hex(row.name)}/${row.version}`) === hex(row.key);
  return names.every((one) => {
    const place = `${tenant}/${hex(one)}`;
    return mayOpen(tables.secrets.get(place)) && mayOpen(highestOf(tables, `${place}/`));
  });
}

function highestOf(tables: MemoryTables, prefix: string): DefinitionRow | undefined {
  const versions = [...tables.definitions].filter(([key]) => key.startsWith(prefix)).map(([, row]) => row);
  return versions.sort((a, b) => b.version - a.version)[0];
}

export function dropLive(tables: MemoryTables): number {
  const active = new Set<string>();
  for (const { tenant, birth } of tables.runs.values()) {
    if (birth.live !== null) active.add(`${tenant}/${hex(birth.workflow)}/${birth.version}`);
  }
  const granted = [...tables.grants.values()].filter((grant) => grant.live !== null);
  for (const { tenant, workflow, version } of granted) active.add(`${tenant}/${hex(workflow)}/${version}`);
  const live = [...tables.definitions.values()].filter((row) => row.live !== null);
  const needed = new Set<string>();
  for (const [tenant, rows] of Map.groupBy(live, (row) => row.tenant)) {
    const definitions = rows.map((row): LiveDefinition => {
      return { name: hex(row.name), version: row.version, names: row.names.map(hex) };
    });
    const kept = liveClosure(
      definitions,
      ({ name, version }) => active.has(`${tenant}/${name}/${version}`),
      granted.filter((grant) => grant.tenant === tenant).flatMap((grant) => grant.names.map(hex)),
    );
    for (const { name, version } of kept.definitions) needed.add(`${tenant}/${name}/${version}`);
    for (const name of kept.names) needed.add(`${tenant}/${name}`);
  }
  return close(tables.definitions, needed) + close(tables.secrets, needed) + closeIncoming(tables, needed);
}

function close<Row extends LiveRow>(rows: Map<string, Row>, needed: ReadonlySet<string>): number {
  let count = 0;
  for (const [key, row] of rows) {
    if (row.live === null || needed.has(key)) continue;
    rows.set(key, { ...row, live: null });
    count++;
  }
  return count;
}

function closeIncoming(tables: MemoryTables, needed: ReadonlySet<string>): number {
  let count = 0;
  for (const [key, record] of tables.incoming) {
    const { row, topics } = record;
    if (row.live === null || needed.has(`${row.tenant}/${topics[0]}`)) continue;
    tables.incoming.set(key, { ...record, row: { ...row, live: null } });
    count++;
  }
  return count;
}
