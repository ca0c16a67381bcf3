// Folds the events of a compensation.

import type { RunEventBody } from "./event.ts";
import type { RunState, StepState, UndoState } from "./state.ts";

type CompensationEvent = Extract<
  RunEventBody,
  {
    type: "compensation.started" | "compensation.retrying" | "compensation.succeeded" | "compensation.failed";
  }
>;

export function evolveCompensation(state: RunState, event: CompensationEvent): RunState {
  const step = state.steps[event.step] as StepState;
  const steps = state.steps.slice();
  steps[event.step] = { ...step, undo: evolveUndo(state.at, step.undo ?? begun(state.at), event) };
  const goesOn = event.type === "compensation.started" || event.type === "compensation.retrying";
  return { ...state, steps, undoing: goesOn ? event.step : null };
}

function evolveUndo(at: number, undo: UndoState, event: CompensationEvent): UndoState {
  switch (event.type) {
    case "compensation.started":
      return { ...begun(at), attempt: event.attempt, request: event.request };
    case "compensation.retrying":
      return {
        ...undo,
        attempt: event.attempt,
        notBefore: event.notBefore,
        spent: event.spent,
        failure: event.failure,
      };
    case "compensation.succeeded":
      return { ...undo, status: "succeeded", answer: event.answer };
    case "compensation.failed":
      return { ...undo, status: "failed", failure: event.failure };
  }
}

function begun(at: number): UndoState {
  return {
    status: "running",
    attempt: 0,
    notBefore: at,
    spent: 0,
    startedAt: at,
    request: null,
    answer: null,
    failure: null,
  };
}
