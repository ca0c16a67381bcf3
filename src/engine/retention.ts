// Has the store forget runs that have been kept long enough, a few at a time.

import type { Fence } from "../ports/store.ts";
import type { EnginePorts } from "./ports.ts";
import type { Timer, Timers } from "./timers.ts";

/** Runs forgotten in one write, so that it holds no append up for long. */
const dropMax = 50;
const restMs = 60_000;
const pauseMs = 50;

export class Retention {
  readonly #ports: EnginePorts;
  readonly #timers: Timers;
  readonly #fence: () => Fence;
  /** Null while it looks. */
  #timer: Timer | null = null;
  #again = false;
  #stopped = true;

  constructor(ports: EnginePorts, timers: Timers, fence: () => Fence) {
    this.#ports = ports;
    this.#timers = timers;
    this.#fence = fence;
  }

  start(): void {
    this.#stopped = false;
    this.#look();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) this.#timers.cancel(this.#timer);
  }

  /** A tenant was deleted: what is left of it is removed from now on. */
  lookNow(): void {
    if (this.#stopped) return;
    this.#again = this.#timer === null;
    if (this.#timer === null) return;
    this.#timers.cancel(this.#timer);
    this.#look();
  }

  #look(): void {
    this.#timer = null;
    const { store, clock } = this.#ports;
    store.dropEnded(this.#fence(), clock.now(), dropMax).then(
      (dropped) => this.#rest(dropped < dropMax ? restMs : pauseMs),
      () => this.#rest(restMs),
    );
  }

  #rest(ms: number): void {
    if (this.#stopped) return;
    const restedMs = this.#again ? pauseMs : ms;
    this.#again = false;
    this.#timer = this.#timers.set(this.#ports.clock.now() + restedMs, () => this.#look());
  }
}
