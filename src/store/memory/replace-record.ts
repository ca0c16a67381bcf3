// Replaces the data key of one record of the memory store, or passes it over when it is another meanwhile.

import type { FreshRecord, KeptRecord, KeyChange } from "../../ports/key-store.ts";
import type { TenantId } from "../../value/id.ts";
import { hex } from "../hex.ts";
import { isCurrent } from "./engine-wraps.ts";
import type { MemoryTables } from "./memory-tables.ts";
import type { RunRecord } from "./run-record.ts";

type Change = Omit<KeyChange, "record"> & { readonly seen: KeptRecord };

interface KeyedRow {
  readonly key: Uint8Array;
  readonly live?: Uint8Array | null;
  readonly sealed: Uint8Array;
}

/** False when it was passed over. */
export function replaceRecord(tables: MemoryTables, tenant: TenantId, given: KeyChange): boolean {
  const { record: seen } = given;
  if (!isCurrent(tables, given.fresh?.live ?? null)) return false;
  const change: Change = { ...given, seen };
  const { kind, row, version, place } = seen;
  const name = `${tenant}/${row}`;
  switch (kind) {
    case "run":
    case "child":
      return replaceRun(tables, name, change);
    case "definition":
      return replaceRow(tables.definitions, `${name}/${version}`, change);
    case "secret":
      return replaceRow(tables.secrets, name, change);
    case "trigger":
      return replaceTrigger(tables, `${name}/${place}/${version}`, change);
    case "incoming": {
      const record = tables.incoming.get(name);
      const next = record === undefined ? null : replaced(record.row, change);
      if (record === undefined || next === null) return false;
      tables.incoming.set(name, { ...record, row: next });
      return true;
    }
    case "inbox":
      return replaceRow(tables.inbox, name, change);
    case "hook":
      return replaceRow(tables.hooks, name, change);
    case "delivery":
      return replaceRow(tables.deliveries, name, change);
    case "grant":
      return replaceRow(tables.grants, name, change);
    case "audit":
      return replaceEntry(tables, tenant, change);
  }
}

function replaceRun(tables: MemoryTables, name: string, change: Change): boolean {
  const record = tables.runs.get(name);
  if (record === undefined || !same(record.birth.key, change.seen.key)) return false;
  const { fresh, key } = change;
  if (fresh === null) {
    tables.runs.set(name, { ...record, birth: { ...record.birth, key } });
    return true;
  }
  const { head, owner, lastSeq, birth } = record;
  const quiet = head.endedAt !== null && head.dueAt === null && owner === 0 && birth.live === null;
  if (!quiet || lastSeq !== change.seen.whole?.lastSeq) return false;
  const batches = resealed(record, fresh);
  const { chunks = [] } = fresh;
  if (batches === null || chunks.length !== record.chunks.length) return false;
  tables.runs.set(name, { ...record, birth: { ...birth, key, card: fresh.sealed }, batches, chunks });
  return true;
}

function resealed({ batches, batchCount }: RunRecord, fresh: FreshRecord): RunRecord["batches"] | null {
  const own = batches.slice(0, batchCount);
  if (own.length !== fresh.batches.length) return null;
  const next = own.map((batch, index) => ({ ...batch, ...fresh.batches[index] }));
  return next.every(({ lastSeq }, index) => lastSeq === own[index]?.lastSeq) ? next : null;
}

function replaceRow<Row extends KeyedRow>(rows: Map<string, Row>, name: string, change: Change): boolean {
  const row = rows.get(name);
  const next = row === undefined ? null : replaced(row, change);
  if (next !== null) rows.set(name, next);
  return next !== null;
}

/** Null when it is another meanwhile. */
function replaced<Row extends KeyedRow>(row: Row, { seen, key, fresh }: Change): Row | null {
  if (!same(row.key, seen.key)) return null;
  if (fresh === null) return { ...row, key };
  const { whole } = seen;
  if (whole === null || !same(row.live ?? null, whole.live) || !same(row.sealed, whole.sealed)) return null;
  const next = { ...row, key, sealed: fresh.sealed };
  return row.live === undefined ? next : { ...next, live: fresh.live };
}

function replaceTrigger(tables: MemoryTables, name: string, { seen, key }: Change): boolean {
  const row = tables.triggers.get(name);
  if (row === undefined || !same(row.sealed, seen.key)) return false;
  tables.triggers.set(name, { ...row, sealed: key });
  return true;
}

/** An entry keeps its data key. */
function replaceEntry({ audit }: MemoryTables, tenant: TenantId, { seen, key, fresh }: Change): boolean {
  const rows = audit.get(tenant) ?? [];
  const row = rows.find(({ seq }) => String(seq) === seen.row);
  if (row === undefined || fresh !== null || !same(row.key, seen.key)) return false;
  audit.set(
    tenant,
    rows.map((one) => (one === row ? { ...row, key } : one)),
  );
  return true;
}

function same(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : hex(a) === hex(b);
}
