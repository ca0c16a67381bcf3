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
  if (catchUp === "latest") {
    const before = until === null ? upSince : Math.min(upSince, until + 1);
    const latest = lastTimeBefore(schedule, timezone, before, scheduledAt) ?? scheduledAt;
    return { start: latest, last: latest };
  }
  // Later ones may still be within their jitter.
  return {
    start: null,
    last: lastTimeBefore(schedule, timezone, upSince - jitterMs, scheduledAt) ?? scheduledAt,
  };
}
