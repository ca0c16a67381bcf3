// Who waits for news of a run: woken in process, never by polling.

import type { ActiveRun } from "./active-run.ts";
import { DeliveryFeed } from "./delivery-feed.ts";
import { RunFeed } from "./run-feed.ts";
import type { Timers } from "./timers.ts";

type Wake = (run: ActiveRun | null) => void;

export class Watchers {
  /** For those who follow all runs of a tenant. */
  readonly feed: RunFeed;
  /** For those who follow what comes by a tenant's hooks. */
  readonly deliveries: DeliveryFeed;
  readonly #timers: Timers;
  readonly #waiting = new Map<string, Set<Wake>>();

  constructor(timers: Timers) {
    this.#timers = timers;
    this.feed = new RunFeed(timers);
    this.deliveries = new DeliveryFeed(timers);
  }

  /** Resolves at the next news of the run with the run itself, or with null at `untilMs`. */
  next(place: string, untilMs: number): Promise<ActiveRun | null> {
    return new Promise((resolve) => {
      const set = this.#waiting.get(place) ?? new Set<Wake>();
      this.#waiting.set(place, set);
      const timer = this.#timers.set(untilMs, () => wake(null));
      const wake: Wake = (run) => {
        this.#timers.cancel(timer);
        set.delete(wake);
        if (set.size === 0 && this.#waiting.get(place) === set) this.#waiting.delete(place);
        resolve(run);
      };
      set.add(wake);
    });
  }

  tell(place: string, run: ActiveRun): void {
    this.feed.tell(run.identity.tenant, run.identity.id);
    const set = this.#waiting.get(place);
    if (set === undefined) return;
    this.#waiting.delete(place);
    for (const wake of [...set]) wake(run);
  }

  /** Wakes everyone: the engine stops. */
  wakeAll(): void {
    this.feed.wakeAll();
    this.deliveries.wakeAll();
    for (const set of [...this.#waiting.values()]) for (const wake of [...set]) wake(null);
  }
}
