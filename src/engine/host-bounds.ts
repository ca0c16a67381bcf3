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

export interface BoundProblem {
  readonly bound: keyof WrittenBounds;
  readonly message: string;
}

export type ReadBounds =
  | { readonly ok: true; readonly bounds: HostBounds }
  | { readonly ok: false; readonly problems: readonly BoundProblem[] };

/** Counts are 1 to 10,000, times 1ms to 1h. */
export function readBounds({ rate, concurrency, breaker }: WrittenBounds): ReadBounds {
  const [calls, failures] = [pairOf(rate, "10/1s"), pairOf(breaker, "5/30s")];
  const count = concurrency === null || concurrency === undefined ? null : countOf(String(concurrency));
  const problems: BoundProblem[] = [];
  if (typeof calls === "string") problems.push({ bound: "rate", message: calls });
  if (count === 0)
    problems.push({ bound: "concurrency", message: `\`${concurrency}\` is not a number from 1 to 10,000` });
  if (typeof failures === "string") problems.push({ bound: "breaker", message: failures });
  if (typeof calls === "string" || typeof failures === "string" || problems.length > 0)
    return { ok: false, problems };
  return {
    ok: true,
    bounds: {
      rate: calls === null ? null : { calls: calls.count, perMs: calls.ms },
      concurrency: count,
      breaker: failures === null ? null : { failures: failures.count, openMs: failures.ms },
    },
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

function pairOf(text: string | null | undefined, example: string): Pair | null | string {
  if (text === null || text === undefined) return null;
  const [number = "", time = "", ...more] = text.split("/");
  const [count, ms] = [countOf(number), parseDuration(time) ?? 0];
  if (more.length === 0 && count > 0 && ms >= 1 && ms <= timeMsMax) return { count, ms };
  return `\`${text.slice(0, 100)}\` is not a number from 1 to 10,000 and a time up to 1h, such as ${example}`;
}

/** 0 for none. */
function countOf(text: string): number {
  const count = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return count <= countMax ? count : 0;
}
