// The stored log folds to the stored row: replay equals what the engine lived through.

import { fold } from "../run/evolve.ts";
import type { MemoryTables } from "../store/memory/memory-tables.ts";
import type { Broken } from "./history.ts";
import { openBatchEvents } from "./open-batch-events.ts";

export function checkReplay(tables: MemoryTables): readonly Broken[] {
  return [...tables.runs.values()].flatMap((stored): readonly Broken[] => {
    const state = fold(null, stored.batches.flatMap(openBatchEvents));
    if (state?.status === stored.head.status && state.seq === stored.lastSeq) return [];
    const what = `the row says ${stored.head.status}, the log folds to ${state?.status}`;
    return [{ promise: "replay equals the stored state", run: stored.run, what }];
  });
}
