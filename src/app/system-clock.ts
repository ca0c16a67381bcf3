// The clock of the machine, as the engine wants it: never back while the process lives, timers never early.

import type { Clock } from "../ports/clock.ts";

/** Longest delay that setTimeout takes. */
const delayMaxMs = 2 ** 31 - 1;

export class SystemClock implements Clock {
  #last = 0;

  now(): number {
    this.#last = Math.max(this.#last, Date.now());
    return this.#last;
  }

  wakeAt(atMs: number, wake: () => void): () => void {
    let timer: NodeJS.Timeout;
    const arm = () => {
      const delay = Math.min(Math.max(atMs - this.now(), 0), delayMaxMs);
      // setTimeout may fire a little early by the wall clock, and the longest delay may not be enough.
      timer = setTimeout(() => (this.now() >= atMs ? wake() : arm()), delay);
    };
    arm();
    return () => clearTimeout(timer);
  }
}
