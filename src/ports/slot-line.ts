// Who has a place among the runs of one key, and who waits for one.

import type { RunId } from "../value/id.ts";

/** As of one moment; the oldest of each, as many as were asked for. */
export interface SlotLine {
  readonly holders: readonly RunId[];
  readonly waiters: readonly RunId[];
  /** How many have a place, also when not all of them are named. */
  readonly held: number;
}
