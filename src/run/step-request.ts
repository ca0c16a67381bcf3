// A `request` step: attempts of one call, until an answer is a success or retries are used up.

import { renderRequest } from "../language/render-request.ts";
import type { RequestAction, Step } from "../language/workflow.ts";
import type { AttemptOutcome } from "./command.ts";
import { failStep } from "./fail-step.ts";
import { type Failure, unsent } from "./failure.ts";
import { judgeAttempt } from "./judge-attempt.ts";
import { lostAttempt } from "./lost-attempt.ts";
import { beginsTooLate, retryAt } from "./retry-at.ts";
import { scopeOf } from "./scope.ts";
import type { StepState } from "./state.ts";
import { emit, type Turn } from "./turn.ts";

/** Announces attempt 1, or fails the step when its request cannot be made. */
export function startRequest(turn: Turn, step: Step, action: RequestAction): void {
  const rendered = renderRequest(action.request, scopeOf(turn.workflow, turn.state));
  if (!rendered.ok) {
    failStep(turn, step, unsent("evaluation", rendered.problem.code, rendered.problem.message));
    return;
  }
  emit(turn, {
    type: "step.started",
    step: step.number,
    attempt: 1,
    request: rendered.request,
    deadlineAt: step.timeoutMs === null ? null : turn.now + step.timeoutMs,
  });
}

export function endAttempt(turn: Turn, step: Step, action: RequestAction, outcome: AttemptOutcome): void {
  const judgement = judgeAttempt(action.response, action.retry, outcome);
  if (judgement.type === "success") {
    emit(turn, {
      type: "step.succeeded",
      step: step.number,
      result: { type: "response", ...judgement.answer },
    });
    return;
  }
  const { failure, retryable } = judgement;
  const at = retryable ? nextAttemptAt(turn, step, action, failure) : null;
  if (at === null) {
    failStep(turn, step, failure);
    return;
  }
  const state = turn.state.steps[step.number] as StepState;
  emit(turn, {
    type: "step.retrying",
    step: step.number,
    attempt: state.attempt + 1,
    notBefore: at,
    spent: state.spent + 1,
    failure,
  });
}

/** A crash cut the attempt off: it raises the attempt number and spends no retry. */
export function loseAttempt(turn: Turn, step: Step, action: RequestAction): void {
  const state = turn.state.steps[step.number] as StepState;
  const goesOn =
    action.onCrash === "retry" &&
    turn.state.ending === null &&
    !beginsTooLate(action.retry, state.startedAt, turn.now);
  if (!goesOn) {
    failStep(turn, step, lostAttempt);
    return;
  }
  emit(turn, {
    type: "step.retrying",
    step: step.number,
    attempt: state.attempt + 1,
    notBefore: turn.now,
    spent: state.spent,
    failure: lostAttempt,
  });
}

/** Null when nothing more is to be tried: a run that ends retries nothing. */
function nextAttemptAt(turn: Turn, step: Step, action: RequestAction, failure: Failure): number | null {
  if (turn.state.ending !== null) return null;
  const state = turn.state.steps[step.number] as StepState;
  const jitter = { seed: turn.state.created.seed, place: step.id };
  return retryAt(action.retry, state, failure, turn.now, jitter);
}
