// A `request`: attempts of one call, until an answer is a success or retries are used up. Of a step or of an item.

import { renderRequest } from "../language/render-request.ts";
import type { RequestAction } from "../language/workflow.ts";
import type { AttemptOutcome } from "./command.ts";
import { obey } from "./directives.ts";
import { evaluate } from "./evaluate.ts";
import type { Answer } from "./event.ts";
import { failEvaluation, failTask } from "./fail-step.ts";
import type { Failure } from "./failure.ts";
import { judgeAttempt } from "./judge-attempt.ts";
import { withLate } from "./late.ts";
import { lostAttempt } from "./lost-attempt.ts";
import { endPage, judgePage } from "./page.ts";
import { nameOf, type Place, taskAt } from "./place.ts";
import { endPoll, judgePoll } from "./poll.ts";
import { beginsTooLate, retryAt } from "./retry-at.ts";
import { scopeAt } from "./scope.ts";
import type { PageSource, PollTarget } from "./state.ts";
import { startWait } from "./step-wait.ts";
import { emit, emitSucceeded, type Turn } from "./turn.ts";

/** Announces attempt 1, or fails the task when its request cannot be made. */
export function startRequest(turn: Turn, place: Place, action: RequestAction): void {
  const { step, item } = place;
  const scope = scopeAt(turn.workflow, turn.state, place);
  const rendered = evaluate(turn, `start/${nameOf(place)}`, scope, (seen) =>
    renderRequest(action.request, seen),
  );
  if (rendered === null) return;
  if (!rendered.ok) {
    failEvaluation(turn, place, rendered.problem);
    return;
  }
  const request = withLate(turn, scope, rendered.request);
  if (item !== null) {
    emit(turn, { type: "item.started", step: step.number, item, attempt: 1, request, deadlineAt: null });
    return;
  }
  const deadlineAt = step.timeoutMs === null ? null : turn.now + step.timeoutMs;
  emit(turn, { type: "step.started", step: step.number, attempt: 1, request, deadlineAt });
}

export function endAttempt(turn: Turn, place: Place, action: RequestAction, outcome: AttemptOutcome): void {
  if (obey(turn, place, action, outcome)) return;
  const judgement = judgeAttempt(action.response, action.retry, outcome);
  if (judgement.type === "failure") {
    retryOrFail(turn, place, action, judgement.failure, judgement.retryable ? 0 : null);
    return;
  }
  const { target = null, source = null } = outcome.type === "answer" ? outcome : {};
  answered(turn, place, action, { answer: judgement.answer, target, source });
}

interface Answered {
  readonly answer: Answer;
  readonly target: PollTarget | null;
  readonly source: PageSource | null;
}

/** A whole answer that is a success: polls go on, a wait follows, or the task is done. A run that ends waits for nothing. */
function answered(
  turn: Turn,
  place: Place,
  action: RequestAction,
  { answer, target, source }: Answered,
): void {
  const goesOn = turn.state.ending === null;
  if (action.response.paginate !== null) judgePage(turn, place, action.response.paginate, answer, source);
  else if (goesOn && action.response.poll !== null) judgePoll(turn, place, action, answer, target);
  else finishCall(turn, place, action, answer);
}

/** The call is over: its wait begins, or the task succeeds with the answer. */
export function finishCall(turn: Turn, place: Place, action: RequestAction, answer: Answer): void {
  if (action.wait !== null && turn.state.ending === null) startWait(turn, place, action.wait, answer);
  else emitSucceeded(turn, place, { type: "response", ...answer });
}

/** The attempt, the poll or the page. `leastMs` is the least delay of a retry, or null when none may follow. */
export function retryOrFail(
  turn: Turn,
  place: Place,
  action: RequestAction,
  failure: Failure,
  leastMs: number | null,
): void {
  if (taskAt(turn.state, place).poll !== null) {
    const end = action.response.paginate === null ? endPoll : endPage;
    end(turn, place, action, failure, leastMs);
    return;
  }
  const at = leastMs === null ? null : nextAttemptAt(turn, place, action, failure, leastMs);
  if (at === null) {
    failTask(turn, place, failure);
    return;
  }
  const task = taskAt(turn.state, place);
  emitRetrying(turn, place, task.attempt + 1, at, task.spent + 1, failure);
}

/** A crash cut the attempt off: it raises the attempt number and spends no retry. A lost poll is sent again as it is. */
export function loseAttempt(turn: Turn, place: Place, action: RequestAction): void {
  const task = taskAt(turn.state, place);
  if (task.poll !== null) return;
  const goesOn =
    action.onCrash === "retry" &&
    turn.state.ending === null &&
    !beginsTooLate(action.retry, task.startedAt + task.heldMs, turn.now);
  if (goesOn) emitRetrying(turn, place, task.attempt + 1, turn.now, task.spent, lostAttempt);
  else failTask(turn, place, lostAttempt);
}

function emitRetrying(
  turn: Turn,
  { step, item }: Place,
  attempt: number,
  notBefore: number,
  spent: number,
  failure: Failure,
): void {
  const heldMs = taskAt(turn.state, { step, item }).heldMs + turn.heldMs;
  const next = { attempt, notBefore, spent, failure, ...(heldMs === 0 ? {} : { heldMs }) };
  turn.heldMs = 0;
  if (item === null) emit(turn, { type: "step.retrying", step: step.number, ...next });
  else emit(turn, { type: "item.retrying", step: step.number, item, ...next });
}

/** Null when nothing more is to be tried: a run that ends retries nothing. */
function nextAttemptAt(
  turn: Turn,
  place: Place,
  action: RequestAction,
  failure: Failure,
  leastMs: number,
): number | null {
  if (turn.state.ending !== null) return null;
  const { step, item } = place;
  const jitter = {
    seed: turn.state.created.seed,
    place: item === null ? step.id : `${step.id}/${item}`,
  };
  // The time in which its host's rule held it back is not the service's.
  const { spent, startedAt: begun, heldMs } = taskAt(turn.state, place);
  const startedAt = begun + heldMs + turn.heldMs;
  return retryAt(action.retry, { spent, startedAt }, failure, turn.now, jitter, leastMs);
}
