// Which run a due schedule asks for, when some of its times may have been missed.

import { lastTimeBefore } from "../schedule/last-time-before.ts";
import type { Schedule } from "../schedule/schedule.ts";

export interface DueTimes {
  /** The earliest due time that has not been dealt with, and when its run is to start. */
  readonly scheduledAt: number;
  readonly startAt: number;
  readonly timezone: string;
  readonly catchUp: "none" | "latest";
  readonly jitterMs: number;
  /** When the run of a due time is to start. */
  readonly startOf: (dueAt: number) => number;
}

export interface DueRun {
  /** The due time of the run to start; null for none. */
  readonly start: number | null;
  /** The last due time that is dealt with thereby. */
  readonly last: number;
}

/**
 * A run was missed when its start, jitter included, lies before the engine came up at `upSince`. `until` is the last
 * moment whose due times are the trigger's own, or null.
 */
export function dueRun(
  schedule: Schedule,
  due: DueTimes,
  upSince: number,
  until: number | null = null,
): DueRun {
  const { scheduledAt, startAt, timezone, catchUp, jitterMs } = due;
  if (startAt >= upSince) return { start: scheduledAt, last: scheduledAt };
  const before = until === null ? upSince : Math.min(upSince, until + 1);
  // All up to here were missed for certain; later ones may still be within their jitter, and are looked at one by one.
  const last =
    lastTimeBefore(schedule, timezone, Math.min(before, upSince - jitterMs), scheduledAt) ?? scheduledAt;
  if (catchUp === "none") return { start: null, last };
  return { start: isMissedAfter(schedule, due, { last, before, upSince }) ? null : last, last };
}

/** Of a later due time, before `before`, the start was missed, too: that one is the latest, or one behind it. */
function isMissedAfter(
  schedule: Schedule,
  { timezone, startOf }: DueTimes,
  { last, before, upSince }: { readonly last: number; readonly before: number; readonly upSince: number },
): boolean {
  let later = lastTimeBefore(schedule, timezone, before, last + 1);
  while (later !== null && startOf(later) >= upSince) {
    later = lastTimeBefore(schedule, timezone, later, last + 1);
  }
  return later !== null;
}
