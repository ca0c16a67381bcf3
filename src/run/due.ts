// What time brings: the run's own timeout, those of its steps and waits, and the ends of sleeps.

import type { Step } from "../language/workflow.ts";
import { beginEnding } from "./begin-ending.ts";
import { failStep } from "./fail-step.ts";
import { type Failure, unsent } from "./failure.ts";
import { type Place, stepAt, taskAt } from "./place.ts";
import type { RunState, StepState, TaskState } from "./state.ts";
import { timeOutWait, waitOf } from "./step-wait.ts";
import { cancelOpen } from "./strategy.ts";
import { emit, emitSucceeded, type Turn } from "./turn.ts";
import { unjudgedSince } from "./unjudged.ts";
import { isUnsent } from "./unsent.ts";

interface Due {
  readonly at: number;
  /** Null for the run itself. */
  readonly step: number | null;
  readonly item: number | null;
}

/** Earliest time at which `applyDue` would do something, or null. */
export function nextDeadline(state: RunState): number | null {
  return nextDue(state)?.at ?? null;
}

function nextDue(state: RunState): Due | null {
  let next: Due | null = null;
  const consider = (at: number | null, step: number | null, item: number | null) => {
    if (at !== null && (next === null || at < next.at)) next = { at, step, item };
  };
  // What came for a wait before its time was over is judged first; what came later holds nothing up.
  const unlessHeldUp = (at: number | null, since: number | null) =>
    at === null || (since !== null && since < at) ? null : at;
  const ends = state.ending !== null || state.completing || state.endedAt !== null;
  if (!ends) consider(state.deadlineAt, null, null);
  for (const number of state.open) {
    const step = stepAt(state, number);
    const since = unjudgedSince(state, number);
    if (!state.completing && goesOn(step)) consider(unlessHeldUp(step.deadlineAt, since), number, null);
    consider(unlessHeldUp(ownDue(step), since), number, null);
    for (const item of step.items?.open ?? []) {
      consider(ownDue(taskAt(state, { step: { number }, item } as Place)), number, item);
    }
  }
  return next;
}

/** What was told to end already does not take too long any more, nor does a race that somebody has won. */
function goesOn({ failing, child, items }: StepState): boolean {
  return failing === null && child?.cancelled !== true && (items?.winner ?? null) === null;
}

function ownDue(task: TaskState): number | null {
  if (task.phase === "wait") return task.waitUntil;
  return task.phase === "sleep" ? task.notBefore : null;
}

/** Applies everything whose time has come, earliest first. Returns the numbers of the steps that were touched. */
export function applyDue(turn: Turn): readonly number[] {
  const touched: number[] = [];
  for (let due = nextDue(turn.state); due !== null && due.at <= turn.now; due = nextDue(turn.state)) {
    if (due.step === null) {
      beginEnding(turn, "timed_out", { type: "timeout" });
      continue;
    }
    apply(turn, { step: turn.workflow.steps[due.step] as Step, item: due.item }, due.at);
    touched.push(due.step);
  }
  return touched;
}

function apply(turn: Turn, place: Place, at: number): void {
  const { step, item } = place;
  const task = taskAt(turn.state, place);
  const rule = waitOf(step);
  if (item === null && task.deadlineAt !== null && task.deadlineAt <= at) timeOutStep(turn, step, task);
  else if (task.phase === "sleep") emitSucceeded(turn, place, { type: "slept" });
  else if (rule !== null) timeOutWait(turn, place, rule);
}

function timeOutStep(turn: Turn, step: Step, task: TaskState): void {
  if (task.phase === "items") cancelOpen(turn, step);
  const message = "the step took longer than its timeout";
  const sent = task.phase === "call" && task.poll === null && !isUnsent(turn.state, task, turn.now);
  const failure: Failure = {
    ...unsent("step_timeout", "step_timed_out", message),
    reach: sent ? "unknown" : "no",
  };
  const { phase, items } = stepAt(turn.state, step.number);
  if (phase === "child" || (items !== null && items.open.length > 0)) {
    emit(turn, { type: "child.cancelling", step: step.number, failure });
  } else {
    failStep(turn, step, failure);
  }
}
