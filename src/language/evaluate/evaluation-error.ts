// Why an evaluation stopped.

import type { EvaluationProblem } from "../workflow.ts";

/** Thrown within an evaluation only: `settle` returns it as data. */
export class EvaluationError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "EvaluationError";
    this.code = code;
  }
}

type Settled<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: EvaluationProblem };

/** The value of `evaluate`, or the problem that it threw. */
export function settle<Value>(evaluate: () => Value): Settled<Value> {
  try {
    return { ok: true, value: evaluate() };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

/**
 * The problem that an evaluation threw; anything but an EvaluationError is thrown on. A RangeError is a value nested so
 * deep that walking it exhausts the stack (`too_much_work`).
 */
export function problemOf(error: unknown): EvaluationProblem {
  if (error instanceof EvaluationError) return { code: error.code, message: error.message };
  if (error instanceof RangeError) return { code: "too_much_work", message: "a value is nested too deep" };
  throw error;
}
