// Polling of a compensation: after its first answer the service is asked again until it is undone.

import { evaluateCondition } from "../language/evaluate-condition.ts";
import type { Compensation } from "../language/workflow.ts";
import { compensationOf } from "./compensate.ts";
import { evaluate } from "./evaluate.ts";
import type { Answer } from "./event.ts";
import { type Failure, unsent } from "./failure.ts";
import { at, nameOf, type Place, taskAt } from "./place.ts";
import { byDirective, isTooLate, type PollOrder, pollRetry, tooLong } from "./poll.ts";
import { retryAt } from "./retry-at.ts";
import { type RunScope, scopeAt } from "./scope.ts";
import { type PollTarget, pendingTask, type UndoState } from "./state.ts";
import { emit, type Turn } from "./turn.ts";

/** A success: the compensation is done, unless `while` says that the service is still at it. */
export function judgeUndoPoll(
  turn: Turn,
  place: Place,
  compensation: Compensation,
  answer: Answer,
  target: PollTarget | null,
): void {
  const rule = compensation.response.poll;
  if (rule === null) {
    emit(turn, { type: "compensation.succeeded", ...at(place), answer });
    return;
  }
  const sandboxed = rule.while.lang !== "path";
  const goesOn = sandboxed || isUnderWay(turn, place, compensation, answer);
  if (goesOn === true) {
    pollUndo(turn, place, compensation, { answer, target, afterMs: null, unjudged: sandboxed });
  }
  settleUndoPoll(turn, place);
}

/** Judges an answer that was recorded before the sandbox could judge it. */
export function settleUndoPoll(turn: Turn, place: Place): void {
  const { undo } = taskAt(turn.state, place);
  const compensation = compensationOf(place.step);
  if (undo?.status !== "running" || undo.poll?.unjudged !== true || undo.answer === null) return;
  if (compensation === null) return;
  const goesOn = isUnderWay(turn, place, compensation, undo.answer);
  if (goesOn !== true) return;
  if (isTooLate(undo.poll, undo.notBefore, compensation.response.poll ?? byDirective))
    giveUp(turn, place, undo.answer);
  else emit(turn, { type: "compensation.computed", ...at(place), value: true });
}

/** What `while` says; null when it could not be said (yet), or when the compensation has ended. */
function isUnderWay(turn: Turn, place: Place, compensation: Compensation, answer: Answer): true | null {
  const rule = compensation.response.poll;
  if (rule === null) return null;
  const count = taskAt(turn.state, place).undo?.poll?.count ?? 0;
  const judged = evaluate(
    turn,
    `undo_poll/${nameOf(place)}/${count}`,
    scopeOfUndo(turn, place, answer),
    (seen) => evaluateCondition(rule.while, seen),
  );
  if (judged === null) return null;
  if (!judged.ok) {
    const failure = unsent("evaluation", judged.problem.code, judged.problem.message);
    emit(turn, { type: "compensation.failed", ...at(place), failure });
    return null;
  }
  if (judged.value === true) return true;
  emit(turn, { type: "compensation.succeeded", ...at(place), answer });
  return null;
}

/** Its own step is seen with the answer of the compensation. */
function scopeOfUndo(turn: Turn, place: Place, answer: Answer): RunScope {
  return scopeAt(turn.workflow, turn.state, place, { ...pendingTask, status: "running", answer });
}

function giveUp(turn: Turn, place: Place, answer: Answer): void {
  emit(turn, { type: "compensation.failed", ...at(place), failure: tooLong(answer) });
}

/** Announces the next poll, or gives up when it would come too late. What is unjudged may be done already. */
export function pollUndo(turn: Turn, place: Place, compensation: Compensation, order: PollOrder): void {
  const poll = taskAt(turn.state, place).undo?.poll ?? null;
  const rule = compensation.response.poll ?? byDirective;
  const notBefore = turn.now + (order.afterMs ?? rule.everyMs);
  if (!order.unjudged && isTooLate(poll ?? { startedAt: turn.now }, notBefore, rule)) {
    giveUp(turn, place, order.answer);
    return;
  }
  emit(turn, {
    type: "compensation.polled",
    ...at(place),
    count: (poll?.count ?? 0) + 1,
    notBefore,
    target: order.target ?? poll?.target ?? null,
    answer: order.answer,
    failure: null,
    spent: 0,
    unjudged: order.unjudged,
  });
}

/** A poll failed: it is tried again as the retry of the compensation says. `leastMs` is null when it may not be. */
export function endUndoPoll(
  turn: Turn,
  place: Place,
  compensation: Compensation,
  failure: Failure,
  leastMs: number | null,
): void {
  const { poll } = taskAt(turn.state, place).undo as UndoState;
  if (poll === null) return;
  const jitter = { seed: turn.state.created.seed, place: `undo_poll/${nameOf(place)}/${poll.count}` };
  const retry = pollRetry(compensation.retry);
  const when = leastMs === null ? null : retryAt(retry, poll, failure, turn.now, jitter, leastMs);
  if (when === null || isTooLate(poll, when, compensation.response.poll ?? byDirective)) {
    emit(turn, { type: "compensation.failed", ...at(place), failure });
    return;
  }
  const { count, target, spent } = poll;
  const next = { count: count + 1, notBefore: when, target, spent: spent + 1, unjudged: false };
  emit(turn, { type: "compensation.polled", ...at(place), ...next, answer: null, failure });
}
