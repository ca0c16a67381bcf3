// How late a timer of a run may be.

import type { DurableEvent, History } from "../history.ts";
import { isQuiet } from "./quiet.ts";
import type { RunLog } from "./run-log.ts";

/** Down times, a jump of the clock and a store that is silent, one after the other. */
const struckMs = 60_000;
/** Where nothing struck: a look for what is due, and its append. */
const quietMs = 1_000;

/** In milliseconds, for what came with `event`, so much later than it was due. */
export type LateMax = (late: number, event: DurableEvent) => number;

/** What nobody but its tenant can open waits for the tenant. */
export function lateMaxOf(history: History, { attended }: RunLog): LateMax {
  return (late, { durableAt }) =>
    attended || !isQuiet(history, durableAt - Math.max(0, late), durableAt) ? struckMs : quietMs;
}
