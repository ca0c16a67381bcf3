// Whether a rerun may take over the outcome of a step, or of some of a strategy's items, and which outcome nobody knows.

import type { StepState, TaskState } from "./state.ts";

/** Outcomes of passed steps are carried, never those of a compensated one. */
export function isCarriable(step: StepState): boolean {
  if (step.undo !== null) return false;
  return (
    step.status === "succeeded" || step.status === "skipped" || (step.status === "failed" && step.passed)
  );
}

/** Some items may run again while the others keep their outcomes, as long as the list is the same. */
export function hasCarriableItems({ items, undo }: StepState): boolean {
  return items !== null && undo === null && items.strategy !== "race" && items.strategy !== "reduce";
}

/** The service may have done it, and nothing has undone it. */
export function isStillUnknown({ unknown, undo }: TaskState): boolean {
  return unknown && undo?.status !== "succeeded";
}
