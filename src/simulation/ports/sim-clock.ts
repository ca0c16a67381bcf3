// The simulated clock: jumps forward, wakes late at times, never early.

import type { Clock } from "../../ports/clock.ts";
import type { SimNode } from "../sim-node.ts";

export class SimClock implements Clock {
  readonly #node: SimNode;

  constructor(node: SimNode) {
    this.#node = node;
  }

  now(): number {
    return this.#node.now();
  }

  wakeAt(atMs: number, wake: () => void): () => void {
    const node = this.#node;
    const { world } = node;
    const check = () => {
      if (!node.wakes.has(check)) return;
      if (node.now() < atMs) return arm();
      node.wakes.delete(check);
      if (node.alive) wake();
    };
    const arm = () => {
      let late = 0;
      if (world.faultsOn() && node.prng.chance(0.02)) {
        world.strike("slow_wake");
        late = node.prng.between(1, 800);
      }
      world.time.at(atMs - node.clockAheadMs + late, check);
    };
    node.wakes.add(check);
    arm();
    return () => node.wakes.delete(check);
  }
}
