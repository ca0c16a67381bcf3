// What a run that goes on is doing, as it is found by: a set of kinds in the bits of one number.

import type { Step, Workflow } from "../language/workflow.ts";
import { entryAt } from "../value/persistent-list.ts";
import type { RunState, StepState, TaskState } from "./state.ts";
import { isTerminal } from "./status.ts";
import { waitOf } from "./step-wait.ts";

/** The place of each is its bit: a part of the stored form. */
export const doings = ["retrying", "signal", "event", "callback", "timer", "poll"] as const;
export type Doing = (typeof doings)[number];

export function doingBit(doing: Doing): number {
  return 1 << doings.indexOf(doing);
}

/** Of all open steps and items together; 0 for a run that has ended, or only calls and has children. */
export function doingOf(workflow: Workflow, state: RunState): number {
  if (isTerminal(state.status) && !state.reopened) return 0;
  let bits = state.undoing !== null && isUndoRetried(state) ? doingBit("retrying") : 0;
  for (const number of state.open) {
    const step = workflow.steps[number] as Step;
    const { items, ...own } = state.steps[number] as StepState;
    if (items === null) bits |= ofTask(step, own);
    else for (const item of items.open) bits |= ofTask(step, entryAt(items.tasks, item) as TaskState);
  }
  return bits;
}

function isUndoRetried({ undoing, steps }: RunState): boolean {
  const undo = undoing === null ? null : (steps[undoing]?.undo ?? null);
  return undo !== null && undo.status === "running" && undo.attempt > 1;
}

function ofTask(step: Step, { phase, poll, spent }: TaskState): number {
  switch (phase) {
    case "wait":
      return doingBit(waitKind(step));
    case "sleep":
      return doingBit("timer");
    case "call":
      return poll !== null ? doingBit("poll") : spent > 0 ? doingBit("retrying") : 0;
    default:
      return 0;
  }
}

function waitKind(step: Step): Doing {
  const wanted = waitOf(step)?.for.type;
  return wanted === "signals" ? "signal" : wanted === "event" ? "event" : "callback";
}
