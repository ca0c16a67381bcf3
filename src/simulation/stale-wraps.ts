// What is wrapped under epochs that are retired: there must be nothing, at any time.

import type { MemoryTables } from "../store/memory/memory-tables.ts";
import { simEpochOf } from "./ports/sim-epoch-keys.ts";

interface Live {
  readonly live: Uint8Array | null;
}

/** Rows by name, each with the retired epoch that it is wrapped under. */
export function staleWraps(tables: MemoryTables): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const retired = new Set<number>();
  for (const { epoch, state } of tables.epochs.values()) if (state === "retired") retired.add(epoch);
  if (retired.size === 0) return found;
  const look = (kind: string, name: string, { live }: Live) => {
    const epoch = live === null ? null : simEpochOf(live);
    if (epoch !== null && retired.has(epoch)) found.set(`${kind} ${name}`, epoch);
  };
  for (const name of tables.open)
    look("run", name, (tables.runs.get(name) ?? { birth: { live: null } }).birth);
  for (const [name, row] of tables.definitions) look("definition", name, row);
  for (const [name, row] of tables.secrets) look("secret", name, row);
  for (const [name, { row }] of tables.incoming) look("event", name, row);
  for (const [name, row] of tables.grants) look("grant", name, row);
  for (const [name, { epoch }] of tables.sessions)
    if (retired.has(epoch)) found.set(`session ${name}`, epoch);
  return found;
}
