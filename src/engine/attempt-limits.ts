// How often somebody may try: so many at once, and one more each so often.

import { DispatchedError } from "../value/problem.ts";

export interface AttemptRate {
  /** Attempts that may be used up at once. */
  readonly burst: number;
  /** One more after this long. */
  readonly refillMs: number;
}

/** How long until every attempt is there again, as it was at a moment; whole milliseconds, so that nothing is rounded. */
interface Debt {
  readonly debtMs: number;
  readonly at: number;
}

/** Names remembered at most; beyond it those who have all attempts left again are forgotten, else who tried longest ago. */
const namesMax = 10_000;

export class AttemptLimits {
  readonly #rate: AttemptRate;
  readonly #debts = new Map<string, Debt>();

  constructor(rate: AttemptRate) {
    this.#rate = rate;
  }

  /** Errors: `too_many_attempts`, when none is left. Uses none up. */
  check(name: string, now: number): void {
    const { burst, refillMs } = this.#rate;
    const overMs = this.#debtOf(name, now) - (burst - 1) * refillMs;
    if (overMs <= 0) return;
    const seconds = Math.ceil(overMs / 1000);
    throw new DispatchedError("too_many_attempts", `too many attempts failed; wait ${seconds} s`, {
      retryable: true,
      extra: { retry_after: seconds },
    });
  }

  /** Uses one up. Errors: as of `check`, and none is used up then. */
  use(name: string, now: number): void {
    this.check(name, now);
    const { burst, refillMs } = this.#rate;
    const debtMs = Math.min(this.#debtOf(name, now) + refillMs, burst * refillMs);
    // Put last, so that the first is who tried longest ago.
    this.#debts.delete(name);
    if (this.#debts.size >= namesMax) this.#forget(now);
    this.#debts.set(name, { debtMs, at: now });
  }

  #debtOf(name: string, now: number): number {
    const debt = this.#debts.get(name);
    return debt === undefined ? 0 : Math.max(0, debt.debtMs - (now - debt.at));
  }

  #forget(now: number): void {
    for (const name of this.#debts.keys()) if (this.#debtOf(name, now) === 0) this.#debts.delete(name);
    const oldest = this.#debts.keys().next();
    if (this.#debts.size >= namesMax && !oldest.done) this.#debts.delete(oldest.value);
  }
}
