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
  state: RunState,
  above: readonly RunState[],
): readonly string[] {
  if (concurrency === null || concurrency.onLimit !== "queue") return [];
  // One that ends, or completes by a service's word, has its children cancelled.
  if (above.some(({ status, ending, completing }) => isTerminal(status) || ending !== null || completing))
    return [];
  if (endsByItself(state, above)) return [];
  const { workflow: name, slotKey } = state.created;
  const holders = above.filter(
    ({ created, startedAt }) =>
      created.workflow === name && created.slotKey === slotKey && startedAt !== null,
  );
  return holders.length < concurrency.limit ? [] : holders.map(({ created }) => created.run);
}

/** A time is set for one of them or for a step that waits, or it takes part in a race. */
function endsByItself(state: RunState, above: readonly RunState[]): boolean {
  const chain = [state, ...above];
  return chain.some(({ deadlineAt, created: { parent } }, place) => {
    const step = parent === undefined ? undefined : chain[place + 1]?.steps[parent.step];
    return deadlineAt !== null || (step?.deadlineAt ?? null) !== null || step?.items?.strategy === "race";
  });
}

export function isInLine({ status, startedAt, ending, created }: RunState): boolean {
  return startedAt === null && ending === null && !isTerminal(status) && created.slotKey !== undefined;
}
