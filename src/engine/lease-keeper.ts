// Keeps the node's lease alive, and says when it no longer is.

import type { Fence } from "../ports/store.ts";
import type { EngineOptions } from "./options.ts";
import type { EnginePorts } from "./ports.ts";
import type { Timers } from "./timers.ts";

interface LeaseEvents {
  /** The lease ended for good. */
  lost(): void;
  /** It was renewed after a time in which it may have ended. */
  regained(): void;
}

export class LeaseKeeper {
  readonly #ports: EnginePorts;
  readonly #options: EngineOptions;
  readonly #timers: Timers;
  readonly #events: LeaseEvents;
  #fence: Fence = 0;
  #expiresAt = 0;
  #closed = false;

  constructor(ports: EnginePorts, options: EngineOptions, timers: Timers, events: LeaseEvents) {
    this.#ports = ports;
    this.#options = options;
    this.#timers = timers;
    this.#events = events;
  }

  get fence(): Fence {
    return this.#fence;
  }

  /** False when others may hold the runs already: the last renewal is too long ago. */
  isLive(): boolean {
    return !this.#closed && this.#ports.clock.now() < this.#expiresAt;
  }

  async open(): Promise<void> {
    const request = this.#request();
    this.#fence = await this.#ports.store.openLease(request);
    this.#expiresAt = request.now + request.ttlMs;
    this.#plan();
  }

  /** Stops renewing. */
  close(): void {
    this.#closed = true;
  }

  #request() {
    const { node, leaseTtlMs } = this.#options;
    return { node, now: this.#ports.clock.now(), ttlMs: leaseTtlMs };
  }

  #plan(): void {
    const at = this.#ports.clock.now() + Math.floor(this.#options.leaseTtlMs / 3);
    this.#timers.set(at, () => this.#renew());
  }

  #renew(): void {
    if (this.#closed) return;
    const request = this.#request();
    this.#ports.store.renewLease(this.#fence, request).then(
      (renewed) => {
        if (this.#closed) return;
        if (!renewed) return this.#events.lost();
        const wasLive = this.isLive();
        this.#expiresAt = request.now + request.ttlMs;
        if (!wasLive) this.#events.regained();
        this.#plan();
      },
      () => {
        if (this.#closed) return;
        this.#ports.log.write("warn", "lease.not_renewed", { fence: this.#fence });
        this.#plan();
      },
    );
  }
}
