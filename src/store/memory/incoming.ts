// Triggers and incoming events of the memory store.

import { unsettledBytesMax } from "../../ports/record-rows.ts";
import type { DefinitionRow, IncomingRow, TriggerRow } from "../../ports/store.ts";
import type { TenantId } from "../../value/id.ts";
import { firstBytes } from "../first-bytes.ts";
import { hex } from "../hex.ts";
import { keptLive } from "./live.ts";
import type { MemoryTables } from "./memory-tables.ts";
import { poke } from "./slots.ts";

export interface IncomingRecord {
  readonly row: IncomingRow;
  readonly topics: readonly string[];
  readonly settled: boolean;
}

/**
 * `triggers` take the place of those of the version before, when this is the highest; a cron trigger with a due time of
 * before this moment stays for it.
 */
export function replaceTriggers(
  tables: MemoryTables,
  { tenant, name, version, createdAt }: DefinitionRow,
  triggers: readonly TriggerRow[],
): void {
  const workflow = `${tenant}/${hex(name)}`;
  for (const row of tables.definitions.values()) {
    if (`${row.tenant}/${hex(row.name)}` === workflow && row.version > version) return;
  }
  for (const [key, row] of [...tables.triggers]) {
    if (!key.startsWith(`${workflow}/`) || row.until !== null) continue;
    const isLeft = row.scheduledAt !== null && row.scheduledAt <= createdAt;
    if (isLeft) tables.triggers.set(key, { ...row, until: createdAt });
    else tables.triggers.delete(key);
  }
  for (const trigger of triggers) tables.triggers.set(nameOf(trigger), trigger);
}

function nameOf({ tenant, workflow, place, version }: TriggerRow): string {
  return `${tenant}/${hex(workflow)}/${place}/${version}`;
}

export function moveTrigger(
  tables: MemoryTables,
  row: TriggerRow,
  nextAt: number | null,
  scheduledAt: number | null,
): boolean {
  const key = nameOf(row);
  const stored = tables.triggers.get(key);
  if (stored === undefined || stored.nextAt !== row.nextAt) return false;
  const isOver = stored.until !== null && (scheduledAt === null || scheduledAt > stored.until);
  if (isOver) tables.triggers.delete(key);
  else tables.triggers.set(key, { ...stored, nextAt, scheduledAt });
  return true;
}

/** In the order of their workflows and places. */
export function triggersOf(tables: MemoryTables, tenant: TenantId): readonly TriggerRow[] {
  return [...tables.triggers.values()]
    .filter((row) => row.tenant === tenant && row.until === null)
    .sort((a, b) => Buffer.compare(a.workflow, b.workflow) || a.place - b.place);
}

export function dueTriggers(tables: MemoryTables, now: number): readonly TriggerRow[] {
  return [...tables.triggers.values()]
    .filter((trigger) => trigger.nextAt !== null && trigger.nextAt <= now)
    .sort((a, b) => (a.nextAt ?? 0) - (b.nextAt ?? 0));
}

export function nextTriggerAt(tables: MemoryTables): number | null {
  let next: number | null = null;
  for (const { nextAt } of tables.triggers.values()) {
    if (nextAt !== null && (next === null || nextAt < next)) next = nextAt;
  }
  return next;
}

export function putIncoming(tables: MemoryTables, row: IncomingRow): boolean {
  const key = `${row.tenant}/${hex(row.id)}`;
  if (tables.incoming.has(key)) return false;
  const topics = row.topics.map(hex);
  const kept = keptLive(tables, row, row.topics[0] as Uint8Array);
  tables.incoming.set(key, { row: kept, topics, settled: false });
  for (const [name, record] of tables.runs) {
    const waits = record.tenant === row.tenant && record.topics.some((topic) => topics.includes(topic));
    if (waits) poke(tables, name);
  }
  return true;
}

export function listIncoming(
  tables: MemoryTables,
  tenant: TenantId,
  topic: Uint8Array,
  sinceMs: number,
): readonly IncomingRow[] {
  const wanted = hex(topic);
  return oldestFirst(
    tables,
    ({ row, topics }) => row.tenant === tenant && row.receivedAt >= sinceMs && topics.includes(wanted),
  );
}

export function listUnsettled(
  tables: MemoryTables,
  limit: number,
  past: readonly TenantId[],
): readonly IncomingRow[] {
  const open = oldestFirst(tables, ({ row, settled }) => !settled && !past.includes(row.tenant));
  return firstBytes(open.slice(0, limit), unsettledBytesMax);
}

/** Of two received at the same time, in the order of their arrival. */
function oldestFirst(
  tables: MemoryTables,
  fits: (record: IncomingRecord) => boolean,
): readonly IncomingRow[] {
  return [...tables.incoming.values()]
    .filter(fits)
    .map(({ row }) => row)
    .sort((a, b) => a.receivedAt - b.receivedAt);
}
