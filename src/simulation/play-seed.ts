// One seed: its world played and judged, and what it had in it.

import type { MemoryTables } from "../store/memory/memory-tables.ts";
import { checkAuditChain } from "./check-audit-chain.ts";
import { checkBodiesApart } from "./check-bodies-apart.ts";
import { checkReplay } from "./check-replay.ts";
import { checkHistory } from "./checkers/check-history.ts";
import type { Broken, History } from "./history.ts";
import { simulate } from "./world.ts";

export interface PlayedSeed {
  readonly seed: number;
  readonly events: number;
  readonly runs: number;
  readonly calls: number;
  readonly operations: number;
  readonly operationsFailed: number;
  /** Runs by their status. */
  readonly statuses: ReadonlyMap<string, number>;
  readonly faults: ReadonlyMap<string, number>;
  /** By `fault/feature`. */
  readonly met: ReadonlyMap<string, number>;
  readonly broken: readonly Broken[];
}

/** Where bodies are missing what happened cannot be read: nothing else is judged then. */
function judge(history: History, tables: MemoryTables): readonly Broken[] {
  const apart = checkBodiesApart(tables);
  if (apart.length > 0) return apart;
  return [...checkHistory(history), ...checkReplay(history, tables), ...checkAuditChain(tables)];
}

export async function playSeed(seed: number): Promise<PlayedSeed> {
  const { history, record, tables } = await simulate(seed);
  const statuses = new Map<string, number>();
  for (const { status } of history.runs) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  return {
    seed,
    events: history.runs.reduce((sum, run) => sum + run.events.length, 0),
    runs: history.runs.length,
    calls: history.calls.length,
    operations: record.operations,
    operationsFailed: record.operationsFailed,
    statuses,
    faults: record.faults,
    met: record.met,
    broken: judge(history, tables),
  };
}
