// The retry of a call, from what the document says and what holds otherwise.

import { type RetryRead, retryDefaults } from "../fields/retry-fields.ts";
import { defaultRetryOn, type RetryOn, type RetryPolicy } from "../retry-policy.ts";

/** Calls that may be repeated without harm get two retries, others none (RFC 9110, section 9.2.2). */
const retriedMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "PUT", "DELETE", "OPTIONS"]);

const base: RetryPolicy = {
  on: defaultRetryOn,
  max: retryDefaults.max,
  backoff: "exponential",
  delayMs: retryDefaults.delayMs,
  maxDelayMs: retryDefaults.maxDelayMs,
  jitter: "full",
  maxElapsedMs: null,
};

/** The retry of a step's request: its own, or that of the defaults taken whole, or by its method. */
export function compileRetry(
  own: RetryRead | undefined,
  defaults: RetryRead | undefined,
  method: string,
): RetryPolicy {
  const read = own ?? defaults;
  return read === undefined ? { ...base, max: retriedMethods.has(method) ? 2 : 0 } : policyOf(read);
}

/** The retry of a compensation: its own, or five whatever the method, because its key makes that safe. */
export function compileCompensationRetry(own: RetryRead | undefined): RetryPolicy {
  return own === undefined ? { ...base, max: 5 } : policyOf(own);
}

function policyOf({ values }: RetryRead): RetryPolicy {
  return {
    on: values.on === undefined ? defaultRetryOn : retryOn(values.on.map((entry) => entry.value)),
    max: values.max ?? base.max,
    backoff: values.backoff ?? base.backoff,
    delayMs: values.delay ?? base.delayMs,
    maxDelayMs: values.max_delay ?? base.maxDelayMs,
    jitter: values.jitter ?? base.jitter,
    maxElapsedMs: values.max_elapsed ?? null,
  };
}

function retryOn(entries: readonly (number | string)[]): RetryOn {
  return {
    statuses: new Set(entries.filter((entry) => typeof entry === "number")),
    classes: new Set(
      entries
        .filter((entry) => /^[45]xx$/.test(String(entry)))
        .map((entry) => Number(String(entry).charAt(0))),
    ),
    network: entries.includes("network"),
    timeout: entries.includes("timeout"),
    schema: entries.includes("schema"),
  };
}
