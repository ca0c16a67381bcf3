// When a schedule is due next.

import { dueAt, firstWallOf, lastWallOf } from "./due-span.ts";
import { offsetSpanAt } from "./offset-span.ts";
import type { Schedule } from "./schedule.ts";
import { horizonSeconds, marginSeconds, wallMax, wallMin } from "./search-range.ts";
import { nextWallTime } from "./wall-time.ts";

/**
 * The first due time after `afterMs`, in milliseconds, always a whole second; null when there is none within eight
 * years. `timeZone` must be one that isTimeZone accepts.
 */
export function nextTime(schedule: Schedule, timeZone: string, afterMs: number): number | null {
  const first = Math.floor(afterMs / 1000) + 1;
  if (!(first >= wallMin && first <= wallMax)) return null;
  let span = offsetSpanAt(timeZone, first);
  const until = Math.min(first + horizonSeconds, wallMax);
  let wall = Math.max(firstWallOf(schedule, span), first === span.from ? -Infinity : first + span.offset);
  let isWhole = false;
  for (;;) {
    const due = nextWallTime(schedule, wall, until);
    if (due === null) return null;
    if (due <= lastWallOf(span)) return dueAt(span, due) * 1000;
    // After a whole span without a match no wall time before `due` can match, and the spans up to it are left out. After
    // a part of one the next span may show again what came before that part.
    const near = isWhole ? due - span.offset - marginSeconds : span.until;
    span = offsetSpanAt(timeZone, Math.max(span.until, near));
    wall = firstWallOf(schedule, span);
    isWhole = true;
  }
}

/** The first `count` due times after `afterMs`, rising; fewer when the schedule has no more within eight years. */
export function nextTimes(
  schedule: Schedule,
  timeZone: string,
  afterMs: number,
  count: number,
): readonly number[] {
  const times: number[] = [];
  let after = afterMs;
  while (times.length < count) {
    const time = nextTime(schedule, timeZone, after);
    if (time === null) break;
    times.push(time);
    after = time;
  }
  return times;
}
