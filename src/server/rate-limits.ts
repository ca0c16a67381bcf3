// How many requests a tenant may make, or come to a callback: so many in a window, refilled evenly (the generic cell rate algorithm).

import { DispatchedError } from "../value/problem.ts";

export interface RequestRate {
  /** Requests in a window, all of which may come at once. */
  readonly quota: number;
  /** Whole seconds. */
  readonly windowSeconds: number;
}

/** Names remembered at most; beyond it those whose quota is whole again are forgotten, else the one seen longest ago. */
const namesMax = 10_000;

/** Looking at a callback reads the log of its run. */
const callbackRate: RequestRate = { quota: 60, windowSeconds: 60 };

/** What is taken from; null where nothing is counted. */
export interface RequestRates {
  readonly tenants: RateLimits | null;
  /** By their tokens. */
  readonly callbacks: RateLimits | null;
}

/** @param rate of a tenant; null: nothing is counted */
export function requestRates(rate: RequestRate | null): RequestRates {
  if (rate === null) return { tenants: null, callbacks: null };
  return { tenants: new RateLimits(rate), callbacks: new RateLimits(callbackRate, "callback") };
}

export class RateLimits {
  readonly #rate: RequestRate;
  readonly #of: "tenant" | "callback";
  /** When the quota of a name is whole again. */
  readonly #wholeAt = new Map<string, number>();

  constructor(rate: RequestRate, of: "tenant" | "callback" = "tenant") {
    this.#rate = rate;
    this.#of = of;
  }

  /**
   * Takes one request; gives `RateLimit` and `RateLimit-Policy` as draft-ietf-httpapi-ratelimit-headers-10 writes them.
   * @param now milliseconds since 1970. Errors: `rate_limited`.
   */
  take(name: string, now: number): Readonly<Record<string, string>> {
    const { quota, windowSeconds } = this.#rate;
    const eachMs = (windowSeconds * 1_000) / quota;
    const before = Math.max(this.#wholeAt.get(name) ?? 0, now);
    const wholeAt = before + eachMs;
    const overMs = wholeAt - now - windowSeconds * 1_000;
    if (overMs > 0.001) throw this.#refused(before - now, Math.ceil(overMs / 1_000));
    this.#wholeAt.delete(name);
    if (this.#wholeAt.size >= namesMax) this.#forget(now);
    this.#wholeAt.set(name, wholeAt);
    return this.#headers(wholeAt - now);
  }

  #headers(debtMs: number): Readonly<Record<string, string>> {
    const { quota, windowSeconds } = this.#rate;
    const left = Math.max(0, Math.floor(quota - (debtMs * quota) / (windowSeconds * 1_000) + 1e-9));
    return {
      "ratelimit-policy": `"${this.#of}";q=${quota};w=${windowSeconds}`,
      ratelimit: `"${this.#of}";r=${left};t=${Math.ceil(debtMs / 1_000)}`,
    };
  }

  #refused(debtMs: number, seconds: number): RateLimited {
    const { quota, windowSeconds } = this.#rate;
    return new RateLimited(
      `for the ${this.#of} more than ${quota} requests come in ${windowSeconds} s; wait ${seconds} s`,
      seconds,
      this.#headers(debtMs),
    );
  }

  #forget(now: number): void {
    for (const [name, wholeAt] of this.#wholeAt) if (wholeAt <= now) this.#wholeAt.delete(name);
    const oldest = this.#wholeAt.keys().next();
    if (this.#wholeAt.size >= namesMax && !oldest.done) this.#wholeAt.delete(oldest.value);
  }
}

/** Brings the headers that its answer has. */
export class RateLimited extends DispatchedError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(message: string, seconds: number, headers: Readonly<Record<string, string>>) {
    super("rate_limited", message, { retryable: true, extra: { retry_after: seconds } });
    this.headers = headers;
  }
}
