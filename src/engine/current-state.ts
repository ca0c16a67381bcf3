// The state of a stored run as its last event left it.

import type { RunRow } from "../ports/store.ts";
import type { RunState } from "../run/state.ts";
import type { EnginePorts } from "./ports.ts";
import { loadState } from "./run-log.ts";
import type { Runs } from "./runs.ts";

/**
 * From memory only where that is no older than the row: it lags behind an append of which others have heard already, and
 * a node that lost its lease and does not know yet has an old one.
 */
export async function currentState(ports: EnginePorts, runs: Runs, row: RunRow): Promise<RunState> {
  const active = runs.inMemory(row.tenant, row.run)?.state ?? null;
  if (active !== null && active.seq >= row.lastSeq) return active;
  return loadState(ports, row, await runs.keys.open(row));
}
