// The bounds of a rule for a host as people write them: `10/1s`, `4`, `5/30s`.

import { formatDuration, parseDuration } from "../value/duration.ts";
import type { HostBounds } from "./host-rule.ts";

const countMax = 10_000;
const timeMsMax = 3_600_000;

/** `rate` and `breaker` are a count and a time (`10/1s`), `concurrency` a count; null and left out are no bound. */
export interface WrittenBounds {
  readonly rate?: string | null | undefined;
  readonly concurrency?: string | number | null | undefined;
  readonly breaker?: string | null | undefined;
}

/** Counts are 1 to 10,000, times 1ms to 1h. Gives what is wrong as a text. */
export function readBounds({ rate, concurrency, breaker }: WrittenBounds): HostBounds | string {
  const [calls, failures] = [pairOf(rate), pairOf(breaker)];
  const count = concurrency === null || concurrency === undefined ? null : countOf(String(concurrency));
  if (typeof calls === "string") return calls;
  if (typeof failures === "string") return failures;
  if (count === 0) return `\`${concurrency}\` is not a number from 1 to 10,000`;
  return {
    rate: calls === null ? null : { calls: calls.count, perMs: calls.ms },
    concurrency: count,
    breaker: failures === null ? null : { failures: failures.count, openMs: failures.ms },
  };
}

/** What `readBounds` reads. */
export function writeBounds({ rate, concurrency, breaker }: HostBounds) {
  return {
    rate: rate === null ? null : `${rate.calls}/${formatDuration(rate.perMs)}`,
    concurrency,
    breaker: breaker === null ? null : `${breaker.failures}/${formatDuration(breaker.openMs)}`,
  };
}

interface Pair {
  readonly count: number;
  readonly ms: number;
}

function pairOf(text: string | null | undefined): Pair | null | string {
  if (text === null || text === undefined) return null;
  const [number = "", time = "", ...more] = text.split("/");
  const [count, ms] = [countOf(number), parseDuration(time) ?? 0];
  if (more.length === 0 && count > 0 && ms >= 1 && ms <= timeMsMax) return { count, ms };
  return `\`${text.slice(0, 100)}\` is not a number from 1 to 10,000 and a time up to 1h, such as 10/1s`;
}

/** 0 for none. */
function countOf(text: string): number {
  const count = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return count <= countMax ? count : 0;
}
