// When a failed attempt is tried again, if at all.

import type { RetryPolicy } from "../language/retry-policy.ts";
import { deriveFraction } from "../value/derive.ts";
import type { Failure } from "./failure.ts";

interface Attempted {
  /** Retries spent so far. */
  readonly spent: number;
  /** When the first attempt began. */
  readonly startedAt: number;
}

/**
 * Earliest time (milliseconds since 1970) of the next attempt, or null when retries or time are used up. `leastMs` is what a
 * directive asks to be waited, however long.
 */
export function retryAt(
  policy: RetryPolicy,
  attempted: Attempted,
  failure: Failure,
  now: number,
  jitter: { readonly seed: number; readonly place: string },
  leastMs: number,
): number | null {
  if (attempted.spent >= policy.max) return null;
  const retry = attempted.spent + 1;
  const full = Math.min(backoffMs(policy, retry), policy.maxDelayMs);
  const delay =
    policy.jitter === "full" ? full * deriveFraction(jitter.seed, "jitter", jitter.place, retry) : full;
  const least = Math.min(retryAfterMs(failure, now), policy.maxDelayMs);
  const at = now + Math.ceil(Math.max(delay, least, leastMs));
  return beginsTooLate(policy, attempted.startedAt, at) ? null : at;
}

/** True when `maxElapsedMs` forbids an attempt that begins at `at`. */
export function beginsTooLate(policy: RetryPolicy, startedAt: number, at: number): boolean {
  return policy.maxElapsedMs !== null && at > startedAt + policy.maxElapsedMs;
}

function backoffMs(policy: RetryPolicy, retry: number): number {
  switch (policy.backoff) {
    case "exponential":
      return policy.delayMs * 2 ** (retry - 1);
    case "linear":
      return policy.delayMs * retry;
    case "constant":
      return policy.delayMs;
  }
}

/** Milliseconds that `Retry-After` asks for: seconds or a date (RFC 9110, section 10.2.3); 0 without one. */
function retryAfterMs(failure: Failure, now: number): number {
  const text = failure.headers?.["retry-after"]?.trim() ?? "";
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1000;
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text)) return 0;
  const at = Date.parse(text);
  return Number.isNaN(at) ? 0 : Math.max(0, at - now);
}
