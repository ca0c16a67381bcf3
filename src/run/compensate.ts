// Compensation: what is to be undone, in which order, and the attempts of one undoing.

import { renderRequest } from "../language/render-request.ts";
import type { Compensation, Step, Workflow } from "../language/workflow.ts";
import { evaluate } from "./evaluate.ts";
import type { CompensationResult } from "./event.ts";
import { type Failure, unsent } from "./failure.ts";
import { withLate } from "./late.ts";
import { at, nameOf, type Place, stepAt, taskAt } from "./place.ts";
import { scopeAt } from "./scope.ts";
import type { EndedItem, RunState, StepState, TaskState } from "./state.ts";
import { emit, type Turn } from "./turn.ts";

/** The compensation that the document gives a step, or null. */
export function compensationOf({ action }: Step): Compensation | null {
  return action.type === "request" || action.type === "workflow" ? action.compensate : null;
}

/**
 * True for a task whose request was answered with a success status, for an unknown one where the document asks for it,
 * and for a child that completed: without a compensation of the step it undoes itself.
 */
export function isUndoable(step: Step, task: TaskState): boolean {
  if (task.endedSeq === 0) return false;
  const compensation = compensationOf(step);
  if (compensation === null) return step.action.type === "workflow" && task.accepted;
  return task.accepted || (task.unknown && compensation.whenUnknown);
}

/** True for a step of which something is to be undone: itself, or an item. */
export function isStepUndoable(workflow: Workflow, state: RunState, number: number): boolean {
  const step = workflow.steps[number] as Step;
  const { items, endedSeq } = stepAt(state, number);
  if (items === null) return isUndoable(step, stepAt(state, number));
  return endedSeq > 0 && nextItemToUndo(state, step, items.ended) !== null;
}

/** The first of `list` that is to be undone and is not. */
export function nextItemToUndo(state: RunState, step: Step, list: EndedItem | null): number | null {
  for (let at = list; at !== null; at = at.before) {
    const task = taskAt(state, { step, item: at.item });
    if (isUndoable(step, task) && task.undo?.status !== "succeeded") return at.item;
  }
  return null;
}

/** How many of `list` are to be undone and are not. */
export function countToUndo(state: RunState, step: Step, list: EndedItem | null): number {
  let count = 0;
  for (let at = list; at !== null; at = at.before) {
    const task = taskAt(state, { step, item: at.item });
    if (isUndoable(step, task) && task.undo?.status !== "succeeded") count++;
  }
  return count;
}

/** Number of the step to undo next: of those not yet tried, the one that ended last; null when none is left. */
export function nextUndo(workflow: Workflow, state: RunState): number | null {
  let next: number | null = null;
  let endedSeq = 0;
  for (const { number } of workflow.steps) {
    const candidate = stepAt(state, number);
    if (candidate.undo !== null || candidate.endedSeq <= endedSeq) continue;
    if (!isStepUndoable(workflow, state, number)) continue;
    next = number;
    endedSeq = candidate.endedSeq;
  }
  return next;
}

/** Begins to undo a task that is no strategy. */
export function startUndo(turn: Turn, place: Place): void {
  const { step } = place;
  const compensation = compensationOf(step);
  const task = taskAt(turn.state, place);
  if (compensation === null) {
    const child = task.child?.run ?? (task.result?.type === "child" ? task.result.run : null);
    if (child === null) endChildUndo(turn, place, "unknown");
    else emit(turn, { type: "compensation.started", ...at(place), attempt: 1, request: null, child });
    return;
  }
  const scope = scopeAt(turn.workflow, turn.state, place, place.item === null ? null : task);
  const rendered = evaluate(turn, `undo/${nameOf(place)}`, scope, (seen) =>
    renderRequest(compensation.request, seen),
  );
  if (rendered === null) return;
  if (rendered.ok) {
    const request = withLate(turn, scope, rendered.request);
    emit(turn, { type: "compensation.started", ...at(place), attempt: 1, request });
    return;
  }
  const failure = unsent("evaluation", rendered.problem.code, rendered.problem.message);
  emit(turn, { type: "compensation.failed", ...at(place), failure });
}

/**
 * A child has undone what it could, or is not there any more. Unknown is one that never was: earlier engines carried
 * outcomes of another kind over.
 */
export function endChildUndo(
  turn: Turn,
  place: Place,
  compensation: CompensationResult | "forgotten" | "unknown",
): void {
  if (compensation === "none" || compensation === "complete") {
    emit(turn, { type: "compensation.succeeded", ...at(place), answer: null });
    return;
  }
  const failure =
    compensation === "partial"
      ? unsent("child", "child_compensation_partial", "the child could not undo everything")
      : compensation === "forgotten"
        ? unsent("child", "child_forgotten", "the child was forgotten, and what it did is not undone")
        : unsent("child", "child_forgotten", "no child is known, and what was done is not undone");
  emit(turn, { type: "compensation.failed", ...at(place), failure });
}

/** What became of the whole compensation. */
export function compensationResult(workflow: Workflow, state: RunState): CompensationResult {
  const wanted = workflow.steps.filter(({ number }) => isWanted(workflow, state, number));
  const undos = wanted.map(({ number }) => (state.steps[number] as StepState).undo);
  if (undos.every((undo) => undo === null)) return "none";
  return undos.every((undo) => undo?.status === "succeeded") ? "complete" : "partial";
}

function isWanted(workflow: Workflow, state: RunState, number: number): boolean {
  return stepAt(state, number).undo !== null || isStepUndoable(workflow, state, number);
}

/** `left`: items that were not tried, because a cancel asked for no compensation meanwhile. */
export function undoFailure(failed: number, left: number): Failure {
  const told = [
    ...(failed === 0 ? [] : [`${failed === 1 ? "1 item" : `${failed} items`} could not be undone`]),
    ...(left === 0 ? [] : [left === 1 ? "1 item was left as it is" : `${left} items were left as they are`]),
  ];
  return unsent("strategy", "items_not_undone", told.join(", "));
}
