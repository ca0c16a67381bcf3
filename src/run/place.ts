// Where a task is: a step, or one item of its strategy.

import type { Step } from "../language/workflow.ts";
import { entryAt } from "../value/persistent-list.ts";
import { pendingTask, type RunState, type StepState, type TaskState } from "./state.ts";

export interface Place {
  readonly step: Step;
  readonly item: number | null;
}

export function stepAt(state: RunState, number: number): StepState {
  return state.steps[number] as StepState;
}

export function taskAt(state: RunState, { step, item }: Place): TaskState {
  const found = stepAt(state, step.number);
  if (item === null) return found;
  return found.items === null ? pendingTask : (entryAt(found.items.tasks, item) ?? pendingTask);
}

/** The fields by which an event says where it happened. */
export function at({ step, item }: Place): { readonly step: number; readonly item?: number } {
  return item === null ? { step: step.number } : { step: step.number, item };
}

/** Names the place in ids and derivations: `3`, `3/17`. */
export function nameOf({ step, item }: Place): string {
  return item === null ? String(step.number) : `${step.number}/${item}`;
}

/** The place in words, for messages. */
export function wordsOf({ step, item }: Place): string {
  return item === null ? step.id : `${step.id}[${item}]`;
}
