// Who holds a run after an append.

import type { Fence, RunHead } from "../ports/store.ts";

/** The owner of runs that a node let go though something of them may have been under way: as a lease that has ended, and never was. */
export const leftBehind = -1;

/** 0 for nobody. */
export function ownerOf({ held, left = false }: Pick<RunHead, "held" | "left">, fence: Fence): Fence {
  if (!held) return 0;
  return left ? leftBehind : fence;
}
