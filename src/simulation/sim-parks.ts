// Watches which runs nodes hold on the simulated disk although nothing comes of them within the park time.

import type { RunRecord } from "../store/memory/run-record.ts";
import type { SimWorld } from "./sim-node.ts";

const everyMs = 500;
/** To take it, decide and write it back takes some seconds at most, once nothing fails any more. */
const patienceMs = 8_000;

export class SimParks {
  readonly #world: SimWorld;
  readonly #open: () => Iterable<RunRecord>;
  /** By run: since when it is held for nothing. */
  readonly #since = new Map<string, number>();

  constructor(world: SimWorld, open: () => Iterable<RunRecord>) {
    this.#world = world;
    this.#open = open;
  }

  watch(): void {
    this.#world.time.after(everyMs, () => {
      if (!this.#world.faultsOn()) this.#look();
      this.watch();
    });
  }

  #look(): void {
    const { record, time, plan } = this.#world;
    const neededBy = Math.max(...this.#world.clocks()) + plan.parkAfterMs;
    for (const { run, owner, head } of this.#open()) {
      const isNeeded = owner === 0 || (head.dueAt !== null && head.dueAt <= neededBy);
      const since = this.#since.get(run);
      if (isNeeded) this.#since.delete(run);
      else if (since === undefined) this.#since.set(run, time.now);
      else if (time.now - since >= patienceMs && !record.overstayed.has(run))
        record.overstayed.set(run, { run, since, dueAt: head.dueAt });
    }
  }
}
