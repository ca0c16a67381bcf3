// The failing attempt of a step, or of the item by which its strategy fails.

import { lateSource } from "../language/late-lua.ts";
import type { Step } from "../language/workflow.ts";
import { entryAt } from "../value/persistent-list.ts";
import type { Failure } from "./failure.ts";
import type { StepState, TaskState } from "./state.ts";

export interface FailureView {
  readonly step: string | null;
  /** Of a strategy: the number of the item, from 0. */
  readonly item: number | null;
  /** From 1; null when nothing was to be sent, as for a child. */
  readonly attempt: number | null;
  readonly code: string;
  readonly message: string;
  /** Method and address of the call, as it is recorded: secrets are not in it. */
  readonly request: string | null;
  /** Of the answer, or null. */
  readonly status: number | null;
}

/** A task that failed or is being tried again, and why. */
export interface FailingTask {
  readonly step: Step;
  readonly item: number | null;
  readonly task: TaskState;
  /** That failed, from 1; 0 when there was none. */
  readonly attempt: number;
  readonly failure: Failure;
}

/** Of a step that failed with `failure`: itself, or the item that failed first. */
export function failedTask(step: Step, state: StepState, failure: Failure): FailingTask {
  const item = state.items?.firstFailed ?? null;
  // A step that took too long failed whatever became of its items.
  if (item === null || failure.kind === "step_timeout") return failingAt(step, null, state, failure);
  const task = itemOf(state, item);
  return failingAt(step, item, task, task.failure ?? failure);
}

/** Of an open step: the attempt that is tried again, or the item by which its strategy is going to fail; else null. */
export function failingTask(step: Step, state: StepState): FailingTask | null {
  const { items } = state;
  if (items === null) return retriedTask(step, null, state);
  for (const item of items.open) {
    const retried = retriedTask(step, item, itemOf(state, item));
    if (retried !== null) return retried;
  }
  const failed = step.strategy?.onError === "fail" ? items.firstFailed : null;
  if (failed === null) return null;
  const task = itemOf(state, failed);
  return task.failure === null ? null : failingAt(step, failed, task, task.failure);
}

function retriedTask(step: Step, item: number | null, task: TaskState): FailingTask | null {
  if (task.spent === 0 || task.failure === null) return null;
  // The current attempt is the next one already.
  return { ...failingAt(step, item, task, task.failure), attempt: Math.max(1, task.attempt - 1) };
}

function failingAt(step: Step, item: number | null, task: TaskState, failure: Failure): FailingTask {
  return { step, item, task, attempt: task.attempt, failure };
}

function itemOf({ items }: StepState, item: number): TaskState {
  return entryAt((items as NonNullable<typeof items>).tasks, item) as TaskState;
}

export function viewFailure({ step, item, task, attempt, failure }: FailingTask): FailureView {
  const { request } = task;
  const shown = request === null ? null : `${request.method} ${urlOf(request.url)}`;
  return { ...noTask(failure), step: step.id, item, attempt: attempt === 0 ? null : attempt, request: shown };
}

/** Of a failure that lies in no step. */
export function noTask({ code, message, status }: Failure): FailureView {
  return { step: null, item: null, attempt: null, code, message, request: null, status };
}

export function urlOf(url: string | readonly (string | { readonly secret: string })[]): string {
  if (typeof url === "string") return url;
  return url
    .map((part) =>
      typeof part === "string" ? part : `$${lateSource(part.secret) === null ? part.secret : "lua"}`,
    )
    .join("");
}
