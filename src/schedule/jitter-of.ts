// How much later than due a run begins, so that a thousand schedules at midnight do not begin at once.

import { deriveFraction } from "../value/derive.ts";

/** Whole milliseconds from 0 to `jitterMs`, both included; the same for the same seed and due time, for ever. */
export function jitterOf(seedText: string, dueMs: number, jitterMs: number): number {
  return Math.floor(deriveFraction(0, "schedule-jitter", seedText, dueMs) * (jitterMs + 1));
}
