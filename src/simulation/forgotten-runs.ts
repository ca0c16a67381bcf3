// Runs that the store forgot, as they stood then: checkers go on judging them.

import type { MemoryTables } from "../store/memory/memory-tables.ts";
import type { RunRecord } from "../store/memory/run-record.ts";
import type { SimWorld } from "./sim-node.ts";

interface Forgotten {
  /** By the clock of the node that is most ahead. */
  readonly at: number;
  /** Place in the one sequence. */
  readonly order: number;
}

export interface ForgottenSeen {
  /** How long runs are kept after their end; null for longer than any world. */
  readonly retentionMs: number | null;
  /** By id of the run. */
  readonly runs: ReadonlyMap<string, Forgotten>;
}

export class ForgottenRuns {
  readonly records: RunRecord[] = [];
  readonly runs = new Map<string, Forgotten>();

  watch(world: SimWorld, { runs }: MemoryTables): void {
    const forget = runs.delete.bind(runs);
    runs.delete = (key) => {
      const stored = runs.get(key);
      if (stored !== undefined) {
        this.records.push(stored);
        const [at, order] = [Math.max(...world.clocks()), world.record.nextOrder()];
        this.runs.set(stored.run, { at, order });
        world.record.note(world.time.now, `forgotten ${key}`);
      }
      return forget(key);
    };
  }
}
