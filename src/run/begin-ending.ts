// The one way to end badly: the first cause names the status, and nothing new starts.

import type { Step } from "../language/workflow.ts";
import type { BadStatus, Cause } from "./event.ts";
import { type Place, stepAt, taskAt } from "./place.ts";
import type { TaskState } from "./state.ts";
import { emit, emitCancelled, type Turn } from "./turn.ts";
import { isUnsent } from "./unsent.ts";

/**
 * Records the cause and drops waits, sleeps, polls and pending retries; attempts in flight are let finish, and children
 * are told to end. Does nothing when the run is ending already, or is complete by a service's word and only waits for its
 * output: the first cause stands.
 */
export function beginEnding(turn: Turn, status: BadStatus, cause: Cause): void {
  if (turn.state.ending !== null || (turn.state.completing && cause.type !== "output")) return;
  emit(turn, { type: "run.ending", status, cause });
  for (const number of turn.state.open) {
    const step = turn.workflow.steps[number] as Step;
    const { items } = stepAt(turn.state, number);
    for (const item of items?.open ?? []) drop(turn, { step, item });
    const left = stepAt(turn.state, number).items;
    if (left === null) drop(turn, { step, item: null });
    else if (left.open.length === 0) emitCancelled(turn, { step, item: null });
  }
}

function drop(turn: Turn, place: Place): void {
  if (isDropped(turn, taskAt(turn.state, place))) emitCancelled(turn, place);
}

function isDropped({ state, now }: Turn, task: TaskState): boolean {
  if (task.phase === "wait" || task.phase === "sleep") return true;
  return task.phase === "call" && (task.poll !== null || isUnsent(state, task, now));
}
