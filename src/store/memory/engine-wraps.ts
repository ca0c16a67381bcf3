// What the engine's key wrapped in the memory store, kind by kind, and the fence before it.

import type { EngineWrap } from "../../ports/epoch-store.ts";
import type { Place } from "../../ports/vault.ts";
import type { TenantId } from "../../value/id.ts";
import { hex } from "../hex.ts";
import { keyPlace } from "../key-place.ts";
import type { MemoryTables } from "./memory-tables.ts";

export interface KeptWrap extends EngineWrap {
  put(live: Uint8Array | null): void;
}

interface LiveRow {
  readonly tenant: TenantId;
  readonly live: Uint8Array | null;
}

/** A further kind of row that the engine alone may open is an entry here. */
const kinds: readonly ((tables: MemoryTables) => readonly KeptWrap[])[] = [
  ofRuns,
  ({ definitions }) =>
    ofRows(definitions, (row) => keyPlace(row.tenant, "definition", hex(row.name), row.version)),
  ({ secrets }) => ofRows(secrets, (row) => keyPlace(row.tenant, "secret", hex(row.name), row.version)),
  ofIncoming,
  ({ grants }) => ofRows(grants, (row) => keyPlace(row.tenant, "grant", row.id)),
];

export function engineWraps(tables: MemoryTables): readonly KeptWrap[] {
  return kinds.flatMap((kind) => kind(tables));
}

export function isUnder(wrapped: Uint8Array, keyId: Uint8Array): boolean {
  return hex(wrapped.subarray(1, 9)) === hex(keyId);
}

/** The fence: whether what is to be inserted is wrapped under the epoch that is current. */
export function isCurrent(tables: MemoryTables, live: Uint8Array | null): boolean {
  if (live === null) return true;
  const current = [...tables.epochs.values()].find(({ state }) => state === "current");
  return current !== undefined && isUnder(live, current.keyId);
}

function ofRuns({ runs }: MemoryTables): readonly KeptWrap[] {
  return [...runs].flatMap(([key, record]) => {
    const { tenant, run, birth } = record;
    if (birth.live === null) return [];
    const put = (live: Uint8Array | null) => void runs.set(key, { ...record, birth: { ...birth, live } });
    return [{ place: keyPlace(tenant, "run", run), wrapped: birth.live, put }];
  });
}

function ofIncoming({ incoming }: MemoryTables): readonly KeptWrap[] {
  return [...incoming].flatMap(([key, record]) => {
    const { row } = record;
    if (row.live === null) return [];
    const put = (live: Uint8Array | null) => void incoming.set(key, { ...record, row: { ...row, live } });
    return [{ place: keyPlace(row.tenant, "incoming", hex(row.id)), wrapped: row.live, put }];
  });
}

function ofRows<Row extends LiveRow>(
  rows: Map<string, Row>,
  placeOf: (row: Row) => Place,
): readonly KeptWrap[] {
  return [...rows].flatMap(([key, row]) => {
    if (row.live === null) return [];
    const put = (live: Uint8Array | null) => void rows.set(key, { ...row, live });
    return [{ place: placeOf(row), wrapped: row.live, put }];
  });
}
