// Which wall times fall due within a span of one offset, and when: the rule for clocks that change.

import type { OffsetSpan } from "./offset-span.ts";
import type { Schedule } from "./schedule.ts";

/*
 * A schedule of some hours (`follows: "wall"`) gives every wall time to exactly one span. The spans' shares join
 * without gap or overlap: each begins with the wall time at which the old offset would have gone on. So a wall time
 * that the clock skips is due at the moment of the change, once however many there are, and of two passes of the same
 * wall time only the first counts.
 *
 * A schedule of every hour (`follows: "elapsed"`) takes what the clock shows: a share begins with the span's own offset.
 */

/** The first wall time of the span's share. */
export function firstWallOf(schedule: Schedule, span: OffsetSpan): number {
  return span.from + (schedule.follows === "wall" ? span.offsetBefore : span.offset);
}

/** The last wall time of the span's share. */
export function lastWallOf(span: OffsetSpan): number {
  return span.until - 1 + span.offset;
}

/** When a wall time of the span's share is due, in seconds. */
export function dueAt(span: OffsetSpan, wall: number): number {
  return Math.max(span.from, wall - span.offset);
}
