// A clock that a test sets by hand: what is asked for a time comes when the test says so, and never before.

import type { Clock } from "../../src/ports/clock.ts";

interface Wake {
  readonly atMs: number;
  readonly wake: () => void;
}

export class HandClock implements Clock {
  #now: number;
  readonly #wakes = new Set<Wake>();

  constructor(startAt: number) {
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  wakeAt(atMs: number, wake: () => void): () => void {
    const entry = { atMs, wake };
    this.#wakes.add(entry);
    return () => this.#wakes.delete(entry);
  }

  /** It shows this from now on, and nobody has been woken yet: what happens next comes before every wake-up. */
  show(ms: number): void {
    this.#now = ms;
  }

  /** Everybody whose time has come is woken, the earliest first, until nothing is left to do. */
  async settle(): Promise<void> {
    for (;;) {
      await allDone();
      const [first] = [...this.#wakes]
        .filter(({ atMs }) => atMs <= this.#now)
        .sort((a, b) => a.atMs - b.atMs);
      if (first === undefined) return;
      this.#wakes.delete(first);
      first.wake();
    }
  }

  /** Time passes until `ms`, with everything that it brings on the way. */
  async passTo(ms: number): Promise<void> {
    for (;;) {
      await this.settle();
      const next = Math.min(...[...this.#wakes].map(({ atMs }) => atMs));
      if (next > ms) break;
      this.#now = next;
    }
    this.#now = ms;
  }
}

/** No promise can go on any more: the ports of such a test answer without any I/O. */
function allDone(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
