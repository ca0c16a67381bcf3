// The data keys that stand on the simulated disk when a world is over: of which generation each is, and whether it opens.

import { keyOfTrigger } from "../ports/key-store.ts";
import { MemoryKeys } from "../store/memory/memory-keys.ts";
import type { MemoryTables } from "../store/memory/memory-tables.ts";
import type { TenantId } from "../value/id.ts";
import type { DurableKey } from "./history.ts";
import { simKeyId, simLiveId, simMark, simSealedBy } from "./ports/sim-vault.ts";
import { simTenants, wrappingKeyOf } from "./sim-tenants.ts";

export async function readKeys(tables: MemoryTables): Promise<readonly DurableKey[]> {
  const found = await Promise.all(simTenants.map((tenant) => readTenant(tables, tenant)));
  return found.flat();
}

async function readTenant(tables: MemoryTables, tenant: TenantId): Promise<readonly DurableKey[]> {
  const current = tables.tenants.get(tenant)?.generation ?? 1;
  const rotation = tables.rotations.get(tenant);
  const oldest = rotation?.endedAt === null ? rotation.from : current;
  const { rows } = await new MemoryKeys(tables).list(tenant, null, Number.MAX_SAFE_INTEGER, true);
  return rows.map(({ kind, row, key: column, whole }) => {
    const key = kind === "trigger" ? keyOfTrigger(column) : column;
    const sealed = kind === "trigger" ? column.subarray(2 + key.length) : (whole?.sealed ?? column);
    const record = tables.runs.get(`${tenant}/${row}`);
    const batches = record?.batches.slice(0, record.batchCount).map((batch) => batch.sealed) ?? [];
    const id = simKeyId(key);
    const live = whole?.live ?? null;
    // Of an item that started nothing is left to open; the first batch of a run may be its card.
    const mayBeEmpty = kind === "inbox" || batches.length > 0;
    const values = sealed.length === 0 && mayBeEmpty ? batches : [sealed, ...batches];
    const opens = values.every((bytes) => simSealedBy(bytes) === id);
    return {
      what: `${kind} ${row}`,
      generation: generationOf(tenant, current, key),
      current,
      oldest,
      opens: opens && (live === null || simLiveId(live) === id),
    };
  });
}

/** 0 for none up to the current one. */
function generationOf(tenant: TenantId, current: number, key: Uint8Array): number {
  for (let generation = current; generation > 0; generation--) {
    const text = new TextDecoder().decode(wrappingKeyOf(tenant, generation));
    const marks = ([2, 3] as const).map((kind) => simMark(kind, tenant, text));
    if (marks.some((mark) => mark.every((byte, at) => byte === key[at]))) return generation;
  }
  return 0;
}
