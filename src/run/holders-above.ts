// Whether a run in line waits in vain: the runs that started it, and wait for it, hold all places of its key.

import type { Workflow } from "../language/workflow.ts";
import type { RunState } from "./state.ts";
import { isTerminal } from "./status.ts";

/**
 * Ids of those that hold them, the nearest first; none when it may get a place.
 * @param above the runs that started each other and at last this one
 */
export function holdersAbove(
  { concurrency }: Workflow,
  { created: { workflow, slotKey } }: RunState,
  above: readonly RunState[],
): readonly string[] {
  if (concurrency === null || concurrency.onLimit !== "queue") return [];
  // One that ends, or completes by a service's word, has its children cancelled.
  if (above.some(({ status, ending, completing }) => isTerminal(status) || ending !== null || completing))
    return [];
  const holders = above.filter(
    ({ created, startedAt }) =>
      created.workflow === workflow && created.slotKey === slotKey && startedAt !== null,
  );
  return holders.length < concurrency.limit ? [] : holders.map(({ created }) => created.run);
}

export function isInLine({ status, startedAt, ending, created }: RunState): boolean {
  return startedAt === null && ending === null && !isTerminal(status) && created.slotKey !== undefined;
}
