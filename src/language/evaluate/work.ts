// How much may be evaluated with one budget, so that no expression can hold the engine up or fill its memory.

import { limits } from "../../value/limits.ts";
import { EvaluationError } from "./evaluation-error.ts";

/** Of one evaluation, or of several that share it. */
export interface Work {
  /** Nodes of the expression and of values that may still be looked at. */
  steps: number;
  /** Characters and members that may still go into the result. */
  size: number;
}

export function newWork(): Work {
  return { steps: limits.expression_steps, size: limits.response_body_bytes };
}

/** How much of `work` is used up: what it counts takes some nanoseconds each. */
export function spentOf({ steps, size }: Work): number {
  return limits.expression_steps - steps + (limits.response_body_bytes - size);
}

/** Throws EvaluationError `too_much_work`. */
export function spendSteps(work: Work, steps: number): void {
  work.steps -= steps;
  if (work.steps < 0)
    throw new EvaluationError(
      "too_much_work",
      `the evaluation takes more than ${limits.expression_steps} steps`,
    );
}

/** Throws EvaluationError `result_too_large`. */
export function spendSize(work: Work, size: number): void {
  work.size -= size;
  if (work.size < 0) {
    throw new EvaluationError(
      "result_too_large",
      `the result is larger than ${limits.response_body_bytes} bytes`,
    );
  }
}
