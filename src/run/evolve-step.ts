// Folds the events of a step.

import type { RunEventBody } from "./event.ts";
import type { Failure } from "./failure.ts";
import { pendingStep, type RunState, type StepState } from "./state.ts";

type StepEvent = Extract<
  RunEventBody,
  {
    type:
      | "step.started"
      | "step.retrying"
      | "step.succeeded"
      | "step.failed"
      | "step.skipped"
      | "step.cancelled";
  }
>;

export function evolveStep(state: RunState, event: StepEvent): RunState {
  const step = state.steps[event.step] as StepState;
  switch (event.type) {
    case "step.started":
      return {
        ...withStep(state, event.step, {
          ...pendingStep,
          status: "running",
          attempt: event.attempt,
          notBefore: state.at,
          startedAt: state.at,
          deadlineAt: event.deadlineAt,
          request: event.request,
        }),
        open: [...state.open, event.step],
        pendingCount: state.pendingCount - 1,
      };
    case "step.retrying":
      return withStep(state, event.step, {
        ...withFailure(step, event.failure),
        attempt: event.attempt,
        notBefore: event.notBefore,
        spent: event.spent,
      });
    case "step.succeeded": {
      const answered = event.result.type === "response";
      return endStep(state, event.step, {
        ...step,
        status: "succeeded",
        result: event.result,
        accepted: step.accepted || answered,
        unknown: false,
      });
    }
    case "step.failed":
      return endStep(state, event.step, {
        ...withFailure(step, event.failure),
        status: "failed",
        passed: event.passed,
      });
    case "step.skipped":
      return endStep(state, event.step, { ...step, status: "skipped", skipped: event.reason });
    case "step.cancelled":
      return endStep(state, event.step, { ...step, status: "cancelled" });
  }
}

function withStep(state: RunState, number: number, step: StepState): RunState {
  const steps = state.steps.slice();
  steps[number] = step;
  return { ...state, steps };
}

function endStep(state: RunState, number: number, step: StepState): RunState {
  const wasOpen = state.open.includes(number);
  return {
    ...withStep(state, number, { ...step, endedSeq: state.seq, endedAt: state.at }),
    open: wasOpen ? state.open.filter((other) => other !== number) : state.open,
    pendingCount: wasOpen ? state.pendingCount : state.pendingCount - 1,
  };
}

/** What a failed attempt tells of the outcome: an answer settles it, silence after sending makes it unknown. */
function withFailure(step: StepState, failure: Failure): StepState {
  return {
    ...step,
    failure,
    accepted: step.accepted || failure.accepted,
    unknown: failure.reach === "unknown" || (failure.reach === "no" && step.unknown),
  };
}
