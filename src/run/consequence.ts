// What an end means for the steps of a run and for their items: undone, not undone, failed, not begun.

import type { Step, Workflow } from "../language/workflow.ts";
import { entryAt } from "../value/persistent-list.ts";
import { isUndoable } from "./compensate.ts";
import { isStillUnknown } from "./is-carriable.ts";
import { wordsOf } from "./place.ts";
import type { ItemsState, RunState, StepState, TaskState } from "./state.ts";

/** Items named one by one; of more the count is given. */
const namedMax = 10;

export const nothingUndone = "nothing was to be undone";

/** Of a bad end. `failed` is the step by which it came, or null. */
export function consequenceOf(workflow: Workflow, state: RunState, failed: Step | null): string {
  const undone: string[] = [];
  const left: string[] = [];
  const kept: string[] = [];
  for (const step of workflow.steps) {
    const { undo, items } = state.steps[step.number] as StepState;
    if (items !== null) {
      undone.push(...undoneItems(step, items));
      left.push(...named(step, items, (task) => task.undo?.status === "failed", whyLeft));
      kept.push(...named(step, items, (task) => staysDone(step, task)));
    } else if (undo?.status === "succeeded") undone.push(step.id);
    else if (undo?.status === "failed") left.push(step.id + whyLeft({ undo }));
    else if (staysDone(step, state.steps[step.number] as StepState)) kept.push(step.id);
  }
  const parts = [
    ...(undone.length === 0 ? [] : [`undone: ${undone.join(", ")}`]),
    ...(left.length === 0 ? [] : [`could not be undone: ${left.join(", ")}`]),
    ...(kept.length === 0 ? [] : [`not undone: ${listed(kept)}`]),
  ];
  const first = parts.length === 0 ? [nothingUndone] : parts;
  const counts = failed === null ? [] : itemCounts(state, failed);
  return [...first, ...counts, ...unknownOfChild(workflow, state)].join("; ");
}

function whyLeft({ undo }: Pick<TaskState, "undo">): string {
  return undo?.failure == null ? "" : ` (${undo.failure.code})`;
}

/** It can be undone, and was not: as when the end was told to undo nothing, or was told to stop undoing. */
function staysDone(step: Step, task: TaskState): boolean {
  return isUndoable(step, task) && (task.undo === null || task.undo.status === "running");
}

/** A child that goes again with its root is a new run, whose calls have new keys: a service cannot tell them as the same. */
function unknownOfChild(workflow: Workflow, state: RunState): readonly string[] {
  if (state.created.parent === undefined) return [];
  const names = workflow.steps.flatMap((step) => {
    const own = state.steps[step.number] as StepState;
    if (own.items !== null) return named(step, own.items, isStillUnknown);
    return isStillUnknown(own) ? [step.id] : [];
  });
  if (names.length === 0) return [];
  return [`may have been done, and a rerun calls it under a new idempotency key: ${names.join(", ")}`];
}

/** Of a good end: what it went on without, what was rejected and so not done; or null. */
export function wentOnWithout(workflow: Workflow, state: RunState): string | null {
  const parts = [...failedOnTheWay(workflow, state), ...rejections(workflow, state)];
  return parts.length === 0 ? null : parts.join("; ");
}

function failedOnTheWay(workflow: Workflow, state: RunState): readonly string[] {
  const without = workflow.steps.flatMap((step) => {
    const { status, items } = state.steps[step.number] as StepState;
    if (status === "failed") return [step.id];
    // The losers of a race are no loss.
    if (items === null || items.failed === 0 || items.strategy === "race") return [];
    return named(step, items, (task) => task.status === "failed");
  });
  return without.length === 0 ? [] : [`failed, and the run went on without: ${without.join(", ")}`];
}

function rejections(workflow: Workflow, state: RunState): readonly string[] {
  const idsOf = (wanted: (step: StepState) => boolean) =>
    workflow.steps.filter(({ number }) => wanted(state.steps[number] as StepState)).map(({ id }) => id);
  const rejected = idsOf(({ status }) => status === "rejected");
  if (rejected.length === 0) return [];
  const skipped = idsOf((step) => step.skipped === "rejection");
  const behind = skipped.length === 0 ? [] : [`skipped behind it: ${listed(skipped)}`];
  return [`rejected, because nothing came in time: ${listed(rejected)}`, ...behind];
}

function listed(ids: readonly string[]): string {
  const names = ids.slice(0, namedMax).join(", ");
  return ids.length <= namedMax ? names : `${names} and ${ids.length - namedMax} more`;
}

function undoneItems(step: Step, items: ItemsState): readonly string[] {
  const undone = numbersOf(items, (task) => task.undo?.status === "succeeded").length;
  return undone === 0 ? [] : [`${step.id} (${countOf(undone)})`];
}

/** `reserve: 2 of 5 items succeeded, 1 did not begin` */
function itemCounts(state: RunState, step: Step): readonly string[] {
  const { items } = state.steps[step.number] as StepState;
  if (items === null) return [];
  const pending = items.count - numbersOf(items, (task) => task.status !== "pending").length;
  const rest = pending === 0 ? "" : `, ${pending} did not begin`;
  return [`${step.id}: ${items.succeeded} of ${countOf(items.count)} succeeded${rest}`];
}

function named(
  step: Step,
  items: ItemsState,
  wanted: (task: TaskState) => boolean,
  more?: (task: TaskState) => string,
): readonly string[] {
  const numbers = numbersOf(items, wanted);
  const names = numbers.slice(0, namedMax).map((item) => {
    const task = entryAt(items.tasks, item);
    return wordsOf({ step, item }) + (task === undefined ? "" : (more?.(task) ?? ""));
  });
  const unnamed = numbers.length - names.length;
  return unnamed === 0 ? names : [...names, `${unnamed} more of ${step.id}`];
}

function numbersOf(items: ItemsState, wanted: (task: TaskState) => boolean): readonly number[] {
  const found: number[] = [];
  for (let item = 0; item < items.count; item++) {
    const task = entryAt(items.tasks, item);
    if (task !== undefined && wanted(task)) found.push(item);
  }
  return found;
}

function countOf(items: number): string {
  return items === 1 ? "1 item" : `${items} items`;
}
