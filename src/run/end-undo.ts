// The end of an attempt of a compensation: it is undone, asked again, tried again, or given up.

import type { Directive } from "../language/directive.ts";
import type { Compensation } from "../language/workflow.ts";
import { assert } from "../value/assert.ts";
import type { AttemptOutcome } from "./command.ts";
import { compensationOf } from "./compensate.ts";
import { directed } from "./directives.ts";
import type { Failure } from "./failure.ts";
import { judgeAttempt } from "./judge-attempt.ts";
import { lostAttempt } from "./lost-attempt.ts";
import { at, type Place, taskAt } from "./place.ts";
import { retryAt } from "./retry-at.ts";
import type { UndoState } from "./state.ts";
import { emit, type Turn } from "./turn.ts";
import { endUndoPoll, judgeUndoPoll, pollUndo } from "./undo-poll.ts";

type Answered = Extract<AttemptOutcome, { type: "answer" }>;

export function endUndo(turn: Turn, place: Place, outcome: AttemptOutcome): void {
  const compensation = compensationOf(place.step);
  assert(compensation !== null, `step ${place.step.id} has no compensation`);
  if (obeyUndo(turn, place, compensation, outcome)) return;
  const judgement = judgeAttempt(compensation.response, compensation.retry, outcome);
  if (judgement.type === "success") {
    const target = outcome.type === "answer" ? (outcome.target ?? null) : null;
    judgeUndoPoll(turn, place, compensation, judgement.answer, target);
    return;
  }
  retryUndo(turn, place, compensation, judgement.failure, judgement.retryable ? 0 : null);
}

/** True when a directive decided the attempt: `retry`, `fail` or `poll`, as far as the step allows them. */
function obeyUndo(turn: Turn, place: Place, compensation: Compensation, outcome: AttemptOutcome): boolean {
  if (outcome.type !== "answer" || outcome.directive == null) return false;
  const { directive } = outcome;
  const { type } = directive;
  const allowed = place.step.directives.has(type) && type !== "skip" && type !== "complete";
  emit(turn, { type: "compensation.directed", ...at(place), directive, allowed });
  if (allowed) apply(turn, place, compensation, directive, outcome);
  return allowed;
}

function apply(
  turn: Turn,
  place: Place,
  compensation: Compensation,
  directive: Directive,
  outcome: Answered,
): void {
  if (directive.type === "retry") {
    const failure = directed(compensation.response, outcome, directive);
    retryUndo(turn, place, compensation, failure, directive.afterMs ?? 0);
  } else if (directive.type === "fail") {
    const failure = directed(compensation.response, outcome, directive);
    emit(turn, { type: "compensation.failed", ...at(place), failure });
  } else if (directive.type === "poll") {
    const { answer, target = null } = outcome;
    pollUndo(turn, place, compensation, { answer, target, afterMs: directive.afterMs, unjudged: false });
  }
}

/** The attempt or the poll. `leastMs` is the least delay of a retry, or null when none may follow. */
function retryUndo(
  turn: Turn,
  place: Place,
  compensation: Compensation,
  failure: Failure,
  leastMs: number | null,
): void {
  const undo = taskAt(turn.state, place).undo as UndoState;
  if (undo.poll !== null) {
    endUndoPoll(turn, place, compensation, failure, leastMs);
    return;
  }
  const { step, item } = place;
  const name = item === null ? `${step.id}/compensate` : `${step.id}/${item}/compensate`;
  const jitter = { seed: turn.state.created.seed, place: name };
  const { retry } = compensation;
  // The time in which its host's rule held it back is not the service's.
  const heldMs = undo.heldMs + turn.heldMs;
  const tried = { spent: undo.spent, startedAt: undo.startedAt + heldMs };
  const notBefore = leastMs === null ? null : retryAt(retry, tried, failure, turn.now, jitter, leastMs);
  if (notBefore === null) {
    emit(turn, { type: "compensation.failed", ...at(place), failure });
    return;
  }
  const held = heldMs === 0 ? {} : { heldMs };
  const next = { attempt: undo.attempt + 1, notBefore, spent: undo.spent + 1, failure, ...held };
  emit(turn, { type: "compensation.retrying", ...at(place), ...next });
}

/** A crash cut the attempt off: the idempotency key makes it safe to try again. */
export function loseUndo(turn: Turn, place: Place): void {
  const undo = taskAt(turn.state, place).undo as UndoState;
  const next = { attempt: undo.attempt + 1, notBefore: turn.now, spent: undo.spent };
  emit(turn, { type: "compensation.retrying", ...at(place), ...next, failure: lostAttempt });
}
