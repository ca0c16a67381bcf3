// By what a run ended badly, in a few words: what runs that failed alike have in common.

import type { Workflow } from "../language/workflow.ts";
import type { Cause } from "./event.ts";
import type { Failure } from "./failure.ts";
import type { RunState, StepState } from "./state.ts";

export interface BadEnd {
  /** Id of the step; null when it lies in none. */
  readonly step: string | null;
  /** The step could not be undone, and nothing else had failed. */
  readonly undo: boolean;
  readonly code: string;
  /** Of the answer, or null. */
  readonly status: number | null;
}

/** Of a run whose own `timeout` passed. */
const timedOut = "run_timed_out";

/** Null for a run that completed, or was cancelled, with everything undone that was to be. */
export function badEndOf(workflow: Workflow, state: RunState): BadEnd | null {
  const idOf = (step: number | null) => (step === null ? null : (workflow.steps[step]?.id ?? null));
  const cause = state.ending === null ? null : endOfCause(state.ending.cause);
  if (cause !== null) return { ...cause, step: idOf(cause.step) };
  if (state.compensation !== "partial") return null;
  const number = state.steps.findIndex(({ undo }) => undo?.status === "failed");
  const failure = (state.steps[number] as StepState | undefined)?.undo?.failure ?? null;
  if (failure === null) return null;
  return { ...endOfUndo(failure), step: idOf(number) };
}

/** Of a cause as its event says it: with the number of the step. Null for a cancel. */
export function endOfCause(cause: Cause): (Omit<BadEnd, "step"> & { readonly step: number | null }) | null {
  if (cause.type === "cancel") return null;
  if (cause.type === "timeout") return { step: null, undo: false, code: timedOut, status: null };
  const { code, status } = cause.failure;
  return { step: cause.type === "step" ? cause.step : null, undo: false, code, status };
}

function endOfUndo({ code, status }: Failure): Omit<BadEnd, "step"> {
  return { undo: true, code, status };
}

/** What is the same for all runs that ended alike: names and codes, of no run its own. */
export function textOfBadEnd(workflow: string, { step, undo, code, status }: BadEnd): string {
  return JSON.stringify([workflow, step, undo, code, status]);
}
