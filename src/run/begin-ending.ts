// The one way to end badly: the first cause names the status, and nothing new starts.

import type { BadStatus, Cause } from "./event.ts";
import type { StepState } from "./state.ts";
import { emit, type Turn } from "./turn.ts";

/**
 * Records the cause and drops pending retries; attempts in flight are let finish. Does nothing when the run is
 * ending already: the first cause stands.
 */
export function beginEnding(turn: Turn, status: BadStatus, cause: Cause): void {
  if (turn.state.ending !== null) return;
  emit(turn, { type: "run.ending", status, cause });
  for (const number of turn.state.open) {
    const step = turn.state.steps[number] as StepState;
    if (step.notBefore > turn.now) emit(turn, { type: "step.cancelled", step: number });
  }
}
