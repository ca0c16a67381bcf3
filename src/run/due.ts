// What time brings: the run's own timeout and those of its steps.

import type { Step } from "../language/workflow.ts";
import { beginEnding } from "./begin-ending.ts";
import { failStep } from "./fail-step.ts";
import type { Failure } from "./failure.ts";
import type { RunState, StepState } from "./state.ts";
import type { Turn } from "./turn.ts";

/** Earliest time at which `applyDue` would do something, or null. */
export function nextDeadline(state: RunState): number | null {
  let next = state.ending === null ? state.deadlineAt : null;
  for (const number of state.open) {
    const at = state.steps[number]?.deadlineAt ?? null;
    if (at !== null && (next === null || at < next)) next = at;
  }
  return next;
}

/** Applies every timeout that has passed, earliest first. Returns the numbers of the steps that ended. */
export function applyDue(turn: Turn): readonly number[] {
  const ended: number[] = [];
  for (let at = nextDeadline(turn.state); at !== null && at <= turn.now; at = nextDeadline(turn.state)) {
    if (turn.state.ending === null && turn.state.deadlineAt === at) {
      beginEnding(turn, "timed_out", { type: "timeout" });
      continue;
    }
    const number = turn.state.open.find((open) => turn.state.steps[open]?.deadlineAt === at) as number;
    timeOut(turn, number);
    ended.push(number);
  }
  return ended;
}

function timeOut(turn: Turn, number: number): void {
  const step = turn.workflow.steps[number] as Step;
  const state = turn.state.steps[number] as StepState;
  const failure: Failure = {
    kind: "step_timeout",
    code: "step_timed_out",
    message: `the step took longer than its timeout`,
    reach: state.notBefore <= turn.now ? "unknown" : "no",
    accepted: false,
    status: null,
    headers: null,
    body: null,
  };
  failStep(turn, step, failure);
}
