// Pauses between tries, each twice as long as the one before.

import type { RunHost } from "./run-host.ts";

const leastMs = 50;
const mostMs = 5_000;

export class Backoff {
  readonly #host: Pick<RunHost, "ports" | "timers">;
  #nextMs = leastMs;

  constructor(host: Pick<RunHost, "ports" | "timers">) {
    this.#host = host;
  }

  pause(then: () => void): void {
    const at = this.#host.ports.clock.now() + this.#nextMs;
    this.#nextMs = Math.min(this.#nextMs * 2, mostMs);
    this.#host.timers.set(at, then);
  }

  reset(): void {
    this.#nextMs = leastMs;
  }
}
