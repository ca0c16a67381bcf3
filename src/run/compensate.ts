// Compensation: what is to be undone, in which order, and the attempts of one undoing.

import { renderRequest } from "../language/render-request.ts";
import type { Compensation, Step, Workflow } from "../language/workflow.ts";
import { assert } from "../value/assert.ts";
import type { AttemptOutcome } from "./command.ts";
import { unsent } from "./failure.ts";
import { judgeAttempt } from "./judge-attempt.ts";
import { lostAttempt } from "./lost-attempt.ts";
import { retryAt } from "./retry-at.ts";
import { scopeOf } from "./scope.ts";
import type { RunState, StepState, UndoState } from "./state.ts";
import { emit, type Turn } from "./turn.ts";

/** The compensation that the document gives a step, or null. */
export function compensationOf(step: Step): Compensation | null {
  return step.action.type === "request" ? step.action.compensate : null;
}

/** Steps whose request was answered with a success status, and unknown ones where the document asks for it. */
export function undoable(workflow: Workflow, state: RunState): readonly StepState[] {
  return state.steps.filter((step, number) => isUndoable(workflow.steps[number] as Step, step));
}

function isUndoable(step: Step, state: StepState): boolean {
  const compensation = compensationOf(step);
  if (compensation === null || state.endedSeq === 0) return false;
  return state.accepted || (state.unknown && compensation.whenUnknown);
}

/** Number of the step to undo next: of those not yet tried, the one that ended last; null when none is left. */
export function nextUndo(workflow: Workflow, state: RunState): number | null {
  let next: number | null = null;
  let endedSeq = 0;
  for (const step of workflow.steps) {
    const candidate = state.steps[step.number] as StepState;
    if (candidate.undo === null && candidate.endedSeq > endedSeq && isUndoable(step, candidate)) {
      next = step.number;
      endedSeq = candidate.endedSeq;
    }
  }
  return next;
}

export function startUndo(turn: Turn, number: number): void {
  const compensation = compensationOf(turn.workflow.steps[number] as Step);
  assert(compensation !== null, `step ${number} has no compensation`);
  const rendered = renderRequest(compensation.request, scopeOf(turn.workflow, turn.state));
  if (rendered.ok) {
    emit(turn, { type: "compensation.started", step: number, attempt: 1, request: rendered.request });
    return;
  }
  const failure = unsent("evaluation", rendered.problem.code, rendered.problem.message);
  emit(turn, { type: "compensation.failed", step: number, failure });
}

export function endUndo(turn: Turn, step: Step, outcome: AttemptOutcome): void {
  const compensation = compensationOf(step);
  assert(compensation !== null, `step ${step.id} has no compensation`);
  const judgement = judgeAttempt(compensation.response, compensation.retry, outcome);
  if (judgement.type === "success") {
    emit(turn, { type: "compensation.succeeded", step: step.number, answer: judgement.answer });
    return;
  }
  const { failure, retryable } = judgement;
  const undo = turn.state.steps[step.number]?.undo as UndoState;
  const jitter = { seed: turn.state.created.seed, place: `${step.id}/compensate` };
  const at = retryable ? retryAt(compensation.retry, undo, failure, turn.now, jitter) : null;
  if (at === null) {
    emit(turn, { type: "compensation.failed", step: step.number, failure });
    return;
  }
  const next = { attempt: undo.attempt + 1, notBefore: at, spent: undo.spent + 1 };
  emit(turn, { type: "compensation.retrying", step: step.number, ...next, failure });
}

/** A crash cut the attempt off: the idempotency key makes it safe to try again. */
export function loseUndo(turn: Turn, number: number): void {
  const undo = turn.state.steps[number]?.undo as UndoState;
  const next = { attempt: undo.attempt + 1, notBefore: turn.now, spent: undo.spent };
  emit(turn, { type: "compensation.retrying", step: number, ...next, failure: lostAttempt });
}
