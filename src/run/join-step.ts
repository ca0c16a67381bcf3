// Whether a step may run yet: `after` and `join`.

import type { Step, Workflow } from "../language/workflow.ts";
import type { SkipReason } from "./event.ts";
import type { RunState, StepState } from "./state.ts";

export type Joined =
  | { readonly type: "wait" }
  | { readonly type: "run" }
  | { readonly type: "skip"; readonly reason: SkipReason; readonly from: number };

/** It succeeded, or failed with `on_error: continue`. */
function hasPassed(step: StepState): boolean {
  return step.status === "succeeded" || (step.status === "failed" && step.passed);
}

function hasEnded(step: StepState): boolean {
  return step.status !== "pending" && step.status !== "running";
}

function isRejected(step: StepState): boolean {
  return step.status === "rejected" || step.skipped === "rejection";
}

/** The numbers of the steps that may be decided now: those that a decision had no room for, or that need the sandbox. */
export function readySteps(workflow: Workflow, state: RunState): readonly number[] {
  const { startedAt, paused, ending, completing, pendingCount } = state;
  if (startedAt === null || paused || ending !== null || completing || pendingCount === 0) return [];
  return workflow.steps.flatMap((step) => {
    const isReady = state.steps[step.number]?.status === "pending" && joinStep(step, state).type !== "wait";
    return isReady ? [step.number] : [];
  });
}

export function joinStep(step: Step, state: RunState): Joined {
  if (step.after.length === 0) return { type: "run" };
  const parent = (number: number) => state.steps[number] as StepState;
  if (step.join === "any" && step.after.some((number) => hasPassed(parent(number)))) return { type: "run" };
  if (!step.after.every((number) => hasEnded(parent(number)))) return { type: "wait" };
  const rejected = step.after.find((number) => isRejected(parent(number)));
  if (rejected !== undefined) return { type: "skip", reason: "rejection", from: rejected };
  if (step.join === "all" && step.after.some((number) => hasPassed(parent(number)))) return { type: "run" };
  const from = step.after[0] as number;
  return { type: "skip", reason: parent(from).skipped ?? "when", from };
}
