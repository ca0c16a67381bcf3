// That something came by a tenant's hooks, for those who wait for it: what it was is read from the store.

import type { TenantId } from "../value/id.ts";
import type { Timers } from "./timers.ts";

export class DeliveryFeed {
  readonly #timers: Timers;
  readonly #waiting = new Map<TenantId, Set<() => void>>();
  /** How often something came: what came between a look and the next wait is not slept over. */
  readonly #counts = new Map<TenantId, number>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** What `next` is to be asked with: taken before the look that it follows. */
  now(tenant: TenantId): number {
    return this.#counts.get(tenant) ?? 0;
  }

  /** Resolves when something has come since `seen` was taken, or at `untilMs` (milliseconds since 1970). */
  next(tenant: TenantId, seen: number, untilMs: number): Promise<void> {
    if (this.now(tenant) !== seen) return Promise.resolve();
    return new Promise((resolve) => {
      const set = this.#waiting.get(tenant) ?? new Set<() => void>();
      this.#waiting.set(tenant, set);
      const wake = () => {
        this.#timers.cancel(timer);
        set.delete(wake);
        if (set.size === 0 && this.#waiting.get(tenant) === set) this.#waiting.delete(tenant);
        resolve();
      };
      const timer = this.#timers.set(untilMs, wake);
      set.add(wake);
    });
  }

  /** It is durable. */
  tell(tenant: TenantId): void {
    this.#counts.set(tenant, this.now(tenant) + 1);
    for (const wake of [...(this.#waiting.get(tenant) ?? [])]) wake();
  }

  /** Wakes everyone: the engine stops. */
  wakeAll(): void {
    for (const set of [...this.#waiting.values()]) for (const wake of [...set]) wake();
  }
}
