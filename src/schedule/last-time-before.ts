// When a schedule was due last: what a catch-up after a downtime asks for.

import { dueAt, firstWallOf, lastWallOf } from "./due-span.ts";
import { offsetSpanAt } from "./offset-span.ts";
import type { Schedule } from "./schedule.ts";
import { horizonSeconds, marginSeconds, wallMax, wallMin } from "./search-range.ts";
import { lastWallTime } from "./wall-time.ts";

/**
 * The latest due time before `beforeMs` and not before `notBeforeMs`, in milliseconds; null when there is none, or
 * none within eight years. Its cost does not grow with the number of due times in between.
 */
export function lastTimeBefore(
  schedule: Schedule,
  timeZone: string,
  beforeMs: number,
  notBeforeMs: number,
): number | null {
  const last = Math.ceil(beforeMs / 1000) - 1;
  if (!(last >= wallMin && last <= wallMax)) return null;
  const earliest = Math.max(Math.ceil(notBeforeMs / 1000), last - horizonSeconds, wallMin);
  let span = offsetSpanAt(timeZone, last);
  let wall = last + span.offset;
  let isWhole = false;
  for (;;) {
    const due = lastWallTime(schedule, earliest - marginSeconds, wall);
    if (due === null) return null;
    if (due >= firstWallOf(schedule, span)) {
      const time = dueAt(span, due);
      return time >= earliest ? time * 1000 : null;
    }
    if (span.from <= earliest) return null;
    // As in nextTime, only a whole span without a match says that nothing after `due` matches.
    const near = isWhole ? due - span.offset + marginSeconds : span.from - 1;
    span = offsetSpanAt(timeZone, Math.min(span.from - 1, near));
    wall = lastWallOf(span);
    isWhole = true;
  }
}
