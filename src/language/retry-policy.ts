// When a failed attempt is tried again.

export interface RetryPolicy {
  readonly on: RetryOn;
  /** Retries after the first attempt. */
  readonly max: number;
  readonly backoff: "exponential" | "linear" | "constant";
  readonly delayMs: number;
  readonly maxDelayMs: number;
  readonly jitter: "full" | "none";
  /** No attempt begins later than this after the first; null for no bound. */
  readonly maxElapsedMs: number | null;
}

export interface RetryOn {
  readonly statuses: ReadonlySet<number>;
  /** Hundreds of whole classes: 4 for `4xx`. */
  readonly classes: ReadonlySet<number>;
  readonly network: boolean;
  readonly timeout: boolean;
  readonly schema: boolean;
}

/** 408, 425, 429, 5xx, connection failure, timeout. */
export const defaultRetryOn: RetryOn = {
  statuses: new Set([408, 425, 429]),
  classes: new Set([5]),
  network: true,
  timeout: true,
  schema: false,
};
