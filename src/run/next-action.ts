// What to do next about a run that ended badly, or that waits.

import type { Step, Workflow } from "../language/workflow.ts";
import { entryAt } from "../value/persistent-list.ts";
import type { FailingTask } from "./failure-view.ts";
import { hasCarriableItems, isCarriable } from "./is-carriable.ts";
import { wordsOf } from "./place.ts";
import type { RunState, StepState } from "./state.ts";
import { waitOf } from "./step-wait.ts";

export interface NextAction {
  readonly action: "none" | "wait" | "signal" | "resume" | "rerun" | "compensate" | "fix";
  readonly text: string;
}

/** `failed` is the task by which the run ended, if one did. */
export function nextOfEnded(workflow: Workflow, state: RunState, failed: FailingTask | null): NextAction {
  const { created, compensation, ending } = state;
  const { run, parent } = created;
  if (compensation === "partial") return { action: "compensate", text: `dispatched runs compensate ${run}` };
  const cause = ending?.cause;
  const failure = failed?.failure ?? (cause !== undefined && "failure" in cause ? cause.failure : null);
  const ofDocument = failure?.kind === "evaluation";
  if (parent !== undefined) {
    // A child goes again as a part of its root.
    const again = `dispatched runs rerun ${parent.root}`;
    if (!ofDocument) return { action: "rerun", text: again };
    return { action: "fix", text: `put a corrected version of ${created.workflow}, then ${again}` };
  }
  if (ofDocument) {
    const text = `put a corrected version, then dispatched runs rerun ${run} --version N`;
    return { action: "fix", text };
  }
  const from = failed !== null && mayRunAlone(workflow, state, failed) ? ` --from '${wordsOf(failed)}'` : "";
  return { action: "rerun", text: `dispatched runs rerun ${run}${from}` };
}

/** The item can be named to a rerun of the same version: its list stays, and the items that succeeded are kept. */
function mayRunAlone(workflow: Workflow, state: RunState, { step, item }: FailingTask): boolean {
  if (item === null || !hasCarriableItems(state.steps[step.number] as StepState)) return false;
  const seen = new Set<number>();
  const left = [...step.after];
  for (let number = left.pop(); number !== undefined; number = left.pop()) {
    if (seen.has(number)) continue;
    seen.add(number);
    if (!isCarriable(state.steps[number] as StepState)) return false;
    left.push(...(workflow.steps[number] as Step).after);
  }
  return true;
}

export function nextOfLive(workflow: Workflow, state: RunState): NextAction {
  const { run } = state.created;
  if (state.paused) return { action: "resume", text: `dispatched runs resume ${run}` };
  const number = state.open.find((open) => waits(state.steps[open] as StepState));
  const wanted = number === undefined ? undefined : waitOf(workflow.steps[number] as Step)?.for;
  switch (wanted?.type) {
    case "signals": {
      const kept = new Set(state.signals.map(({ name }) => name));
      const name = wanted.names.find((one) => !kept.has(one)) ?? wanted.names[0];
      return { action: "signal", text: `dispatched runs signal ${run} ${name}` };
    }
    case "event": {
      const subject = state.steps[number ?? 0]?.awaited?.subject ?? null;
      const about = subject === null ? "" : ` with the subject ${JSON.stringify(subject)}`;
      return { action: "wait", text: `it goes on when the event ${wanted.event}${about} comes` };
    }
    case "callback":
      return { action: "wait", text: "it goes on when the service that was called calls back" };
    default:
      return { action: "wait", text: "nothing is to be done: it goes on by itself" };
  }
}

/** It waits, or one of its items does. */
function waits({ phase, items }: StepState): boolean {
  if (items === null) return phase === "wait";
  return items.open.some((item) => entryAt(items.tasks, item)?.phase === "wait");
}
