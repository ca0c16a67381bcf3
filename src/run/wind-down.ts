// The way from a bad end's first cause to the terminal status: in-flight attempts, then compensation, then the end.

import type { Step, Workflow } from "../language/workflow.ts";
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
import type { ItemsState, RunState } from "./state.ts";
import { emit, hasRoom, type Turn } from "./turn.ts";
import { settleUndoPoll } from "./undo-poll.ts";

/**
 * Goes as far as it can and there is room: stops while an attempt or a compensation is under way, or the sandbox is
 * needed.
 */
export function windDown(turn: Turn): void {
  respondEarly(turn);
  while (isWindingDown(turn.state)) {
    const before = turn.events.length;
    step(turn);
    if (turn.events.length === before || !hasRoom(turn)) return;
  }
}

/** It ends badly, or is undone again, and what had begun has ended. */
export function isWindingDown(state: RunState): boolean {
  const isEnding = state.reopened || (state.ending !== null && state.endedAt === null);
  return isEnding && state.open.length === 0;
}

/** True while it could go on, for all that is under way, without the sandbox: the run is to be looked at again. */
export function mayWindDown(workflow: Workflow, state: RunState): boolean {
  if (!isWindingDown(state)) return false;
  if (state.undoing === null) return true;
  const { items } = stepAt(state, state.undoing);
  if (items === null) return false;
  return items.undoOpen.length === 0 || itemToUndo(state, workflow.steps[state.undoing] as Step) !== null;
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
  for (const item of itemsOf(turn, step).undoOpen) settleUndoPoll(turn, { step, item });
  for (let item = itemToUndo(turn.state, step); item !== null; item = itemToUndo(turn.state, step)) {
    const before = turn.events.length;
    startUndo(turn, { step, item });
    if (turn.events.length === before || !hasRoom(turn)) return;
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

/** The next item that may be undone now, or null. */
function itemToUndo(state: RunState, step: Step): number | null {
  const { undoOpen, toUndo } = stepAt(state, step.number).items as ItemsState;
  if (!state.compensates && !state.reopened) return null;
  if (undoOpen.length >= (step.strategy?.window ?? 1)) return null;
  return nextItemToUndo(state, step, toUndo);
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
