// The clock of the machine, as the engine wants it: never back while the process lives, timers never early.

import type { Clock } from "../ports/clock.ts";

/** Times are read from here, so that a test may set them. */
export interface TimeSource {
  /** Milliseconds since 1970; people and time servers set it, also back. */
  readonly wall: () => number;
  /** Milliseconds that only grow, at the speed of time. */
  readonly steady: () => number;
}

const machine: TimeSource = { wall: () => Date.now(), steady: () => performance.now() };

/**
 * Longest sleep at once, in milliseconds: setTimeout takes at most 2^31 - 1, and one that is asleep does not notice that
 * the wall clock was set forward, or that the machine slept.
 */
const sleepMaxMs = 60_000;

export class SystemClock implements Clock {
  readonly #source: TimeSource;
  /** Wall less steady; it only grows, so that a wall clock that is set back neither turns time back nor stops it. */
  #offset: number;

  constructor(source: TimeSource = machine) {
    this.#source = source;
    this.#offset = source.wall() - source.steady();
  }

  now(): number {
    const steady = this.#source.steady();
    const offset = this.#source.wall() - steady;
    if (offset > this.#offset) this.#offset = offset;
    return Math.floor(steady + this.#offset);
  }

  wakeAt(atMs: number, wake: () => void): () => void {
    let timer: NodeJS.Timeout;
    const arm = () => {
      const sleepMs = Math.min(Math.max(atMs - this.now(), 0), sleepMaxMs);
      // setTimeout may fire a little early.
      timer = setTimeout(() => (this.now() >= atMs ? wake() : arm()), sleepMs);
    };
    arm();
    return () => clearTimeout(timer);
  }
}
