// The verdict on a run: what happened, why, what it means, and what to do next. One pure function, which all ways in show.

import type { Step, Workflow } from "../language/workflow.ts";
import { entryAt } from "../value/persistent-list.ts";
import { consequenceOf, wentOnWithout } from "./consequence.ts";
import {
  type FailingTask,
  type FailureView,
  failedTask,
  failingTask,
  noTask,
  viewFailure,
} from "./failure-view.ts";
import { goesOnByItself, type NextAction, nextOfEnded, nextOfLive } from "./next-action.ts";
import { nowLine } from "./now-line.ts";
import { nullsSent } from "./nulls-sent.ts";
import { wordsOf } from "./place.ts";
import { statusOf } from "./run-status.ts";
import type { ItemsState, RunState, StepState } from "./state.ts";
import { isTerminal, type RunStatus } from "./status.ts";

export interface Explanation {
  readonly run: string;
  readonly workflow: string;
  readonly version: number;
  readonly status: RunStatus;
  /** One sentence: `failed at reserve[3] after 4.2 s · compensation complete`. */
  readonly verdict: string;
  /** The failing attempt, of an item where the step is a strategy; null when nothing failed. */
  readonly failure: FailureView | null;
  /** Why, in one sentence; null when nothing failed, and nothing waits in vain. */
  readonly cause: string | null;
  /** What it means for the steps and items: undone, not undone, not begun. */
  readonly consequence: string | null;
  /** What to do next. */
  readonly next: NextAction;
  /** The child run in which the cause lies, or that is waited for, to be asked next; null when it lies here. */
  readonly child: string | null;
  /** The explanation of that child, where it was asked for. */
  readonly inner?: Explanation;
}

/** A child that was never started has no run of its own that could be asked. */
const codesOfChildren: ReadonlySet<string> = new Set(["child_failed", "child_cancelled", "child_timed_out"]);

export function explain(workflow: Workflow, state: RunState): Explanation {
  const { created } = state;
  const base = {
    run: created.run,
    workflow: created.workflow,
    version: created.version,
    status: statusOf(state),
  };
  if (state.status === "completed") return { ...base, ...ofCompleted(workflow, state) };
  if (state.ending === null) return { ...base, ...ofLive(workflow, state) };
  const failed = failedOf(workflow, state);
  const ended = isTerminal(state.status);
  return {
    ...base,
    verdict: ended ? verdictOf(state, failed) : nowLine(workflow, state),
    failure: failureOf(state, failed),
    cause: causeOf(state, failed),
    consequence: ended ? consequenceOf(workflow, state, failed?.step ?? null) : null,
    next: ended ? nextOfEnded(workflow, state, failed) : nextOfLive(workflow, state),
    child:
      failed !== null && codesOfChildren.has(failed.failure.code) ? (failed.task.child?.run ?? null) : null,
  };
}

function ofLive(workflow: Workflow, state: RunState) {
  const failing = state.open
    .map((number) => failingTask(workflow.steps[number] as Step, state.steps[number] as StepState))
    .find((found) => found !== null);
  const next = nextOfLive(workflow, state);
  return {
    verdict: nowLine(workflow, state),
    failure: failing === undefined ? null : viewFailure(failing),
    cause: failing?.failure.message ?? null,
    consequence: null,
    next,
    child: next === goesOnByItself ? openChild(state) : null,
  };
}

/** The first child that is not over. */
function openChild(state: RunState): string | null {
  for (const number of state.open) {
    const { phase, child, items } = state.steps[number] as StepState;
    if (phase === "child" && child !== null) return child.run;
    for (const item of items?.open ?? []) {
      const task = entryAt((items as ItemsState).tasks, item);
      if (task?.phase === "child" && task.child !== null) return task.child.run;
    }
  }
  return null;
}

function ofCompleted(workflow: Workflow, state: RunState) {
  const next: NextAction = { action: "none", text: "nothing is to be done", note: null };
  const verdict = `completed after ${durationOf(state)}`;
  const consequence = wentOnWithout(workflow, state);
  return { verdict, failure: null, cause: null, consequence, next, child: null };
}

/** The task by which the run ends badly, or null when it lies in no step. */
function failedOf(workflow: Workflow, state: RunState): FailingTask | null {
  const cause = state.ending?.cause;
  if (cause?.type !== "step") return null;
  return failedTask(workflow.steps[cause.step] as Step, state.steps[cause.step] as StepState, cause.failure);
}

function failureOf({ ending }: RunState, failed: FailingTask | null): FailureView | null {
  if (failed !== null) return viewFailure(failed);
  const cause = ending?.cause ?? null;
  return cause === null || !("failure" in cause) ? null : noTask(cause.failure);
}

function verdictOf(state: RunState, failed: FailingTask | null): string {
  const place = failed === null || isJudgedAsAWhole(state) ? null : failed.item;
  const where = failed === null ? "" : ` at ${wordsOf({ step: failed.step, item: place })}`;
  const undone =
    state.compensation === null || state.compensation === "none"
      ? ""
      : ` · compensation ${state.compensation}`;
  return `${state.status.replace("_", " ")}${where} after ${durationOf(state)}${undone}`;
}

/** The strategy fails by the count of its items, and not by one. */
function isJudgedAsAWhole({ ending, steps }: RunState): boolean {
  const cause = ending?.cause;
  if (cause?.type !== "step") return false;
  return cause.failure.kind === "strategy" || steps[cause.step]?.items?.strategy === "race";
}

function durationOf(state: RunState): string {
  const ms = (state.endedAt ?? state.at) - (state.startedAt ?? state.createdAt);
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 120_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}

function causeOf(state: RunState, failed: FailingTask | null): string | null {
  const cause = state.ending?.cause;
  if (cause?.type === "cancel") return "it was cancelled";
  if (cause?.type === "timeout") return "it took longer than its timeout";
  if (cause === undefined) return null;
  if (failed === null) return cause.failure.message;
  const { item, task, failure } = failed;
  const attempts = task.attempt > 1 ? `, after ${task.attempt} attempts` : "";
  const nulls = nullsSent(failed);
  const own = `${failure.message}${attempts}${nulls === null ? "" : `; ${nulls}`}`;
  if (item === null || !isJudgedAsAWhole(state)) return own;
  const whole = cause.failure.kind === "strategy" ? cause.failure.message : "every item failed";
  return `${whole}; ${wordsOf(failed)} was the first to fail: ${own}`;
}
