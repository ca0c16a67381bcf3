// Which runs of a tenant have changed, for those who follow all of them: bounded, however slowly they look.

import type { RunId, TenantId } from "../value/id.ts";
import type { Timers } from "./timers.ts";

/** Changes remembered for a follower; beyond it he is told to look at everything again. */
const changedMax = 1_000;

export interface RunChanges {
  /** Each once, however often it changed. */
  readonly runs: readonly RunId[];
  /** There were more than are remembered: none of them is told. */
  readonly overflown: boolean;
}

export interface RunFollower {
  /** What has changed since it was asked last; nothing when that is so until `untilMs` (milliseconds since 1970). */
  next(untilMs: number): Promise<RunChanges>;
  close(): void;
}

interface Watch {
  changed: Set<RunId>;
  overflown: boolean;
  wake: (() => void) | null;
}

export class RunFeed {
  readonly #timers: Timers;
  readonly #watches = new Map<TenantId, Set<Watch>>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  follow(tenant: TenantId): RunFollower {
    const watch: Watch = { changed: new Set(), overflown: false, wake: null };
    const watches = this.#watches.get(tenant) ?? new Set<Watch>();
    this.#watches.set(tenant, watches.add(watch));
    return {
      next: async (untilMs) => {
        if (watch.changed.size === 0 && !watch.overflown) await this.#news(watch, untilMs);
        const { changed, overflown } = watch;
        watch.changed = new Set();
        watch.overflown = false;
        return { runs: overflown ? [] : [...changed], overflown };
      },
      close: () => {
        watches.delete(watch);
        watch.wake?.();
        if (watches.size === 0 && this.#watches.get(tenant) === watches) this.#watches.delete(tenant);
      },
    };
  }

  tell(tenant: TenantId, run: RunId): void {
    for (const watch of this.#watches.get(tenant) ?? []) {
      if (watch.changed.size >= changedMax && !watch.changed.has(run)) watch.overflown = true;
      else watch.changed.add(run);
      watch.wake?.();
    }
  }

  /** Wakes everyone: the engine stops. */
  wakeAll(): void {
    for (const watches of this.#watches.values()) for (const watch of watches) watch.wake?.();
  }

  #news(watch: Watch, untilMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#timers.set(untilMs, () => watch.wake?.());
      watch.wake = () => {
        this.#timers.cancel(timer);
        watch.wake = null;
        resolve();
      };
    });
  }
}
