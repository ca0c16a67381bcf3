// A step fails for good: the run goes on or begins to end. An item fails: its strategy goes on or not.

import type { Step } from "../language/workflow.ts";
import { beginEnding } from "./begin-ending.ts";
import { type Failure, unsent } from "./failure.ts";
import type { Place } from "./place.ts";
import { emit, type Turn } from "./turn.ts";

export function failStep(turn: Turn, step: Step, failure: Failure): void {
  const passed = step.onError === "continue";
  emit(turn, { type: "step.failed", step: step.number, failure, passed });
  if (!passed) beginEnding(turn, "failed", { type: "step", step: step.number, failure });
}

export function failTask(turn: Turn, { step, item }: Place, failure: Failure): void {
  if (item === null) {
    failStep(turn, step, failure);
    return;
  }
  const passed = step.strategy?.onError === "continue";
  emit(turn, { type: "item.failed", step: step.number, item, failure, passed });
}

/** A template of the task could not be evaluated. */
export function failEvaluation(
  turn: Turn,
  place: Place,
  problem: { readonly code: string; readonly message: string },
): void {
  failTask(turn, place, unsent("evaluation", problem.code, problem.message));
}
