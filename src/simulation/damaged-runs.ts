// Runs whose log cannot be read any more, as on a disk that loses bytes: those that wait behind them must go on.

import type { EventBatch } from "../ports/store.ts";
import type { MemoryTables } from "../store/memory/memory-tables.ts";
import type { Prng } from "./prng.ts";
import type { SimWorld } from "./sim-node.ts";

const lookMs = 50;

export class DamagedRuns {
  /** By id. */
  readonly runs = new Set<string>();
  /** By `tenant/run`: the batch as it was. */
  readonly #whole = new Map<string, EventBatch>();

  /** From some moment on the first run is damaged that waits in line and is in nobody's memory. */
  plan(world: SimWorld, tables: MemoryTables, prng: Prng): void {
    const { time, plan, record } = world;
    if (!plan.damages) return;
    const look = () => {
      const place = inLine(tables);
      if (place !== null) {
        this.#damage(tables, place);
        record.note(time.now, `damaged ${place}`);
      } else if (world.faultsOn()) time.after(lookMs, look);
    };
    time.after(prng.between(0, plan.endsAfterMs), look);
  }

  #damage({ runs }: MemoryTables, place: string): void {
    const stored = runs.get(place);
    const [first] = stored?.batches ?? [];
    if (stored === undefined || first === undefined) return;
    this.#whole.set(place, first);
    this.runs.add(stored.run);
    stored.batches[0] = { ...first, sealed: new Uint8Array([88, ...first.sealed]) };
  }

  isAllThatIs(open: ReadonlySet<string>): boolean {
    return open.size <= this.#whole.size && [...open].every((place) => this.#whole.has(place));
  }

  /** Checkers read what was there, and no line that only they stand in. */
  mend({ runs, slots }: MemoryTables): void {
    for (const [place, first] of this.#whole) {
      const stored = runs.get(place);
      if (stored !== undefined) stored.batches[0] = first;
    }
    for (const [name, entries] of slots) {
      const left = entries.filter(({ run }) => !this.runs.has(run));
      if (left.length === 0) slots.delete(name);
    }
  }
}

function inLine({ runs, slots }: MemoryTables): string | null {
  for (const [name, entries] of slots) {
    for (const { run, holds } of entries) {
      const place = `${name.split("/")[0]}/${run}`;
      const stored = runs.get(place);
      const isOfChild = stored === undefined || stored.birth.root !== null;
      if (!holds && !isOfChild && stored.owner === 0 && stored.head.status === "queued") return place;
    }
  }
  return null;
}
