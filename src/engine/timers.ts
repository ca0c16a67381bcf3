// All timers of an engine in one heap behind one wake-up of the clock.

import type { Clock } from "../ports/clock.ts";

export interface Timer {
  readonly at: number;
  /** Null once it fired or was cancelled. */
  fire: (() => void) | null;
}

export class Timers {
  readonly #clock: Clock;
  /** Binary heap by `at`; cancelled timers stay until they come up or make up most of it. */
  #heap: Timer[] = [];
  #cancelled = 0;
  #isClosed = false;
  #wakeAt: number | null = null;
  #dropWake: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `fire` once at `at` (milliseconds since 1970) or later; never after `close`. */
  set(at: number, fire: () => void): Timer {
    const timer: Timer = { at, fire };
    if (this.#isClosed) return timer;
    this.#push(timer);
    this.#arm();
    return timer;
  }

  cancel(timer: Timer): void {
    if (timer.fire === null) return;
    timer.fire = null;
    this.#cancelled++;
    if (this.#cancelled > 64 && this.#cancelled * 2 > this.#heap.length) this.#rebuild();
  }

  /** Drops every timer and takes no more: what is still under way must not keep a process alive. */
  close(): void {
    this.#isClosed = true;
    this.#heap = [];
    this.#cancelled = 0;
    this.#dropWake();
    this.#wakeAt = null;
  }

  #arm(): void {
    const first = this.#heap[0];
    if (first === undefined || (this.#wakeAt !== null && this.#wakeAt <= first.at)) return;
    this.#dropWake();
    this.#wakeAt = first.at;
    this.#dropWake = this.#clock.wakeAt(first.at, () => this.#fireDue());
  }

  #fireDue(): void {
    this.#wakeAt = null;
    const now = this.#clock.now();
    for (let first = this.#heap[0]; first !== undefined && first.at <= now; first = this.#heap[0]) {
      this.#pop();
      const { fire } = first;
      first.fire = null;
      if (fire === null) this.#cancelled--;
      else fire();
    }
    this.#arm();
  }

  #rebuild(): void {
    const live = this.#heap.filter((timer) => timer.fire !== null);
    this.#heap = [];
    this.#cancelled = 0;
    for (const timer of live) this.#push(timer);
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let place = heap.push(timer) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if ((heap[parent] as Timer).at <= timer.at) break;
      heap[place] = heap[parent] as Timer;
      place = parent;
    }
    heap[place] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as Timer).at < (heap[child] as Timer).at) child++;
      if ((heap[child] as Timer).at >= last.at) break;
      heap[place] = heap[child] as Timer;
      place = child;
    }
    heap[place] = last;
  }
}
