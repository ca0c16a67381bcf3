// Times in which nothing struck: there the engine must be quick.

import type { History } from "../history.ts";

/** Down times, drains and leases of dead nodes, which hold things up afterwards. */
const aftermathMs = 14_000;

/** Whether nothing struck from `from` to `to`, by the world's clock, nor shortly before. */
export function isQuiet(history: History, from: number, to: number): boolean {
  return !history.strikes.some((at) => at >= from - aftermathMs && at <= to);
}
