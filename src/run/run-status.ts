// The status of a run as it is shown and found by: it says when a run only waits.

import { entryAt } from "../value/persistent-list.ts";
import type { RunState, TaskState } from "./state.ts";
import type { RunStatus } from "./status.ts";

/** `waiting`: every open step waits for a signal, event, callback, timer, poll or child. */
export function statusOf(state: RunState): RunStatus {
  if (state.status !== "running") return state.status;
  if (state.ending !== null) return "running";
  if (state.paused) return "paused";
  return state.open.length > 0 && state.open.every((number) => stepWaits(state, number))
    ? "waiting"
    : "running";
}

function stepWaits(state: RunState, number: number): boolean {
  const step = state.steps[number];
  if (step === undefined) return false;
  const { items } = step;
  if (items === null) return waits(step, state.at);
  return items.open.every((item) => waits(entryAt(items.tasks, item) as TaskState, state.at));
}

function waits(task: TaskState, at: number): boolean {
  return task.phase === "call" ? task.notBefore > at : task.phase !== "items";
}
