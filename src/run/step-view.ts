// A step as people and programs see it.

import type { Json } from "../value/json.ts";
import { entryAt } from "../value/persistent-list.ts";
import { withMember } from "../value/stored-body.ts";
import type { Answer } from "./event.ts";
import type { Failure } from "./failure.ts";
import { withOutput } from "./scope.ts";
import type { ItemsState, Phase, RunState, StepState, TaskState, UndoState } from "./state.ts";
import type { StepStatus } from "./status.ts";

export interface StepView {
  readonly id: string;
  readonly status: StepStatus;
  /** What it does while it runs, or null. */
  readonly phase: Phase | null;
  readonly attempts: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** When the next attempt, poll or end of a sleep is due, or null. */
  readonly nextAttemptAt: number | null;
  /** When a wait ends by itself, or null. */
  readonly waitsUntil: number | null;
  readonly skipped: string | null;
  readonly response: Answer | null;
  readonly output: Json;
  readonly error: Failure | null;
  readonly compensation: UndoView | null;
  readonly items: ItemsView | null;
  /** Run id of the child that it started, or null. */
  readonly child: string | null;
}

export interface UndoView {
  readonly status: UndoState["status"];
  readonly attempts: number;
  readonly response: Answer | null;
  readonly error: Failure | null;
}

/** Counts of a strategy's items, and those that failed, at most a few. */
export interface ItemsView {
  readonly count: number;
  readonly started: number;
  readonly open: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly undone: number;
  readonly failures: readonly { readonly item: number; readonly error: Failure }[];
}

const failuresMax = 10;

export function viewStep(id: string, state: RunState, step: StepState): StepView {
  const begun = step.startedAt > 0 && step.status !== "pending";
  const running = step.status === "running";
  const waits =
    running && step.notBefore > state.at && (step.attempt > 1 || step.phase !== "call" || step.poll !== null);
  const view: StepView = {
    id,
    status: step.status,
    phase: step.phase,
    attempts: step.attempt,
    startedAt: begun ? step.startedAt : null,
    endedAt: step.endedAt,
    nextAttemptAt: waits ? step.notBefore : null,
    waitsUntil: running && step.phase === "wait" ? step.waitUntil : null,
    skipped: step.skipped,
    response: responseOf(step),
    output: null,
    error: step.status === "succeeded" ? null : step.failure,
    compensation: step.undo === null ? null : viewUndo(step.undo),
    items: step.items === null ? null : viewItems(step.items),
    child: step.child?.run ?? null,
  };
  return withOutput(view, "output", step);
}

function responseOf({ result, answer }: TaskState): Answer | null {
  const found = result?.type === "response" ? result : answer;
  if (found === null) return null;
  const { status, headers } = found;
  return withMember({ status, headers, body: null }, "body", found, "body");
}

function viewUndo(undo: UndoState): UndoView {
  return { status: undo.status, attempts: undo.attempt, response: undo.answer, error: undo.failure };
}

function viewItems(items: ItemsState): ItemsView {
  const failures: { item: number; error: Failure }[] = [];
  let undone = 0;
  for (let item = 0; item < items.next; item++) {
    const task = entryAt(items.tasks, item);
    if (task?.undo?.status === "succeeded") undone++;
    if (task?.status !== "failed" || task.failure === null || failures.length >= failuresMax) continue;
    failures.push({ item, error: task.failure });
  }
  const { count, next: started, open, succeeded, failed } = items;
  return { count, started, open: open.length, succeeded, failed, undone, failures };
}
