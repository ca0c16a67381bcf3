// The way from a bad end's first cause to the terminal status: in-flight attempts, then compensation, then the end.

import type { Step } from "../language/workflow.ts";
import {
  compensationResult,
  countToUndo,
  nextItemToUndo,
  nextUndo,
  startUndo,
  undoFailure,
} from "./compensate.ts";
import { stepAt } from "./place.ts";
import { respondEarly } from "./respond.ts";
import type { ItemsState } from "./state.ts";
import { emit, type Turn } from "./turn.ts";
import { settleUndoPoll } from "./undo-poll.ts";

/** Goes as far as it can: stops while an attempt or a compensation is under way, or the sandbox is needed. */
export function windDown(turn: Turn): void {
  respondEarly(turn);
  while (isEnding(turn) && turn.state.open.length === 0) {
    const before = turn.events.length;
    step(turn);
    if (turn.events.length === before) return;
  }
}

function isEnding({ state }: Turn): boolean {
  return state.reopened || (state.ending !== null && state.endedAt === null);
}

/** One step towards the end; none when something is under way. */
function step(turn: Turn): void {
  const { undoing } = turn.state;
  if (undoing !== null) {
    const { items } = stepAt(turn.state, undoing);
    const { steps } = turn.workflow;
    if (items === null) settleUndoPoll(turn, { step: steps[undoing] as Step, item: null });
    else undoItems(turn, steps[undoing] as Step);
    return;
  }
  const next = turn.state.compensates || turn.state.reopened ? nextUndo(turn.workflow, turn.state) : null;
  if (next === null) {
    finish(turn);
    return;
  }
  const { ending, status } = turn.state;
  if (ending !== null && status !== "compensating" && !turn.state.reopened)
    emit(turn, { type: "run.compensating" });
  if (stepAt(turn.state, next).items !== null) {
    emit(turn, { type: "compensation.started", step: next, attempt: 1, request: null });
  } else {
    startUndo(turn, { step: turn.workflow.steps[next] as Step, item: null });
  }
}

/** Succeeded items are undone in the reverse of the order in which they ended, within the strategy's window. */
function undoItems(turn: Turn, step: Step): void {
  const window = step.strategy?.window ?? 1;
  for (const item of itemsOf(turn, step).undoOpen) settleUndoPoll(turn, { step, item });
  for (let items = itemsOf(turn, step); items.undoOpen.length < window; items = itemsOf(turn, step)) {
    const item = nextItemToUndo(turn.state, step, items.toUndo);
    if (item === null) break;
    if (!turn.state.compensates && !turn.state.reopened) break;
    const before = turn.events.length;
    startUndo(turn, { step, item });
    if (turn.events.length === before) return;
  }
  const { undoOpen, undoFailed } = itemsOf(turn, step);
  if (undoOpen.length > 0) return;
  const left = countToUndo(turn.state, step, itemsOf(turn, step).toUndo);
  if (undoFailed === 0 && left === 0) {
    emit(turn, { type: "compensation.succeeded", step: step.number, answer: null });
  } else {
    emit(turn, { type: "compensation.failed", step: step.number, failure: undoFailure(undoFailed, left) });
  }
}

function itemsOf(turn: Turn, { number }: Step): ItemsState {
  return stepAt(turn.state, number).items as ItemsState;
}

/** Who waits for a step is answered before the end. */
function finish(turn: Turn): void {
  if (!respondEarly(turn)) return;
  const compensation = compensationResult(turn.workflow, turn.state);
  const { ending, reopened } = turn.state;
  if (reopened) emit(turn, { type: "compensation.ended", compensation });
  else if (ending !== null) emit(turn, { type: `run.${ending.status}`, compensation });
}
