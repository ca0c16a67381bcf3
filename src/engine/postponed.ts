// Members of a set that could not be dealt with for a passing reason: tried again, seldom in the end, for a while.

const firstPauseMs = 100;
const pauseMaxMs = 5_000;
const patienceMs = 60_000;

interface Try {
  readonly sinceMs: number;
  readonly pauseMs: number;
  readonly nextAt: number;
}

export class Postponed {
  readonly #tries = new Map<number, Try>();

  get count(): number {
    return this.#tries.size;
  }

  /** It was tried in vain. False when that has been so for a minute: then it is not tried again. */
  put(place: number, now: number): boolean {
    const before = this.#tries.get(place);
    const pauseMs = before === undefined ? firstPauseMs : Math.min(before.pauseMs * 2, pauseMaxMs);
    const sinceMs = before?.sinceMs ?? now;
    if (now - sinceMs >= patienceMs) return false;
    this.#tries.set(place, { sinceMs, pauseMs, nextAt: now + pauseMs });
    return true;
  }

  isDue(place: number, now: number): boolean {
    const before = this.#tries.get(place);
    return before === undefined || before.nextAt <= now;
  }

  /** When the next one is due; null without any. */
  nextAt(): number | null {
    const times = [...this.#tries.values()].map(({ nextAt }) => nextAt);
    return times.length === 0 ? null : times.reduce((first, at) => Math.min(first, at));
  }

  forget(place: number): void {
    this.#tries.delete(place);
  }
}
