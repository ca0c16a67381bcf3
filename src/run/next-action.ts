// What to do next about a run that ended badly, or that waits.

import type { Step, Workflow } from "../language/workflow.ts";
import { entryAt } from "../value/persistent-list.ts";
import { correctionOf } from "./correction-of.ts";
import type { RunCreated } from "./event.ts";
import type { FailingTask } from "./failure-view.ts";
import { hasCarriableItems, isCarriable } from "./is-carriable.ts";
import { missingInBody } from "./nulls-sent.ts";
import { wordsOf } from "./place.ts";
import type { RunState, StepState } from "./state.ts";
import { waitOf } from "./step-wait.ts";

export interface NextAction {
  readonly action: "none" | "wait" | "signal" | "resume" | "rerun" | "compensate" | "fix";
  readonly text: string;
  /** What is to be known before it is done; null when nothing is. */
  readonly note: string | null;
}

/** Of a run that goes on without anybody. */
export const goesOnByItself: NextAction = {
  action: "wait",
  text: "nothing is to be done: it goes on by itself",
  note: null,
};

/** `failed` is the task by which the run ended, if one did. */
export function nextOfEnded(workflow: Workflow, state: RunState, failed: FailingTask | null): NextAction {
  const { created, compensation, ending } = state;
  const { run, parent } = created;
  if (compensation === "partial") return plain("compensate", `dispatched runs compensate ${run}`);
  const cause = ending?.cause;
  const failure = failed?.failure ?? (cause !== undefined && "failure" in cause ? cause.failure : null);
  const note = undoneNote(workflow, state);
  // A child goes again as a part of its root.
  const again = `dispatched runs rerun ${parent?.root ?? run}`;
  if (cause?.type === "trigger") {
    const corrected = `put a corrected version, then ${again} --version N`;
    if (created.trigger.type === "event")
      return { action: "fix", text: corrected, note: "it then runs whatever `when` says of its event" };
    const text = `${corrected} --body @body.json`;
    return { action: "fix", text, note: "body.json is what the trigger was to bring" };
  }
  if (failure?.kind === "evaluation") {
    if (parent === undefined)
      return { action: "fix", text: `put a corrected version, then ${again} --version N`, note };
    return { action: "fix", text: `put a corrected version of ${created.workflow}, then ${again}`, note };
  }
  const missing = failed === null || parent !== undefined ? [] : missingInBody(failed);
  if (missing.length > 0) {
    const given = `body.json is to give ${missing.map((path) => `\`${path}\``).join(", ")}`;
    const notes = note === null ? given : `${given}; ${note}`;
    return { action: "rerun", text: `${again} --body @body.json`, note: notes };
  }
  const child = failed === null ? null : childCorrection(created, failed, again);
  if (child !== null) return { action: "fix", text: child, note };
  const isAlone = parent === undefined && failed !== null && mayRunAlone(workflow, state, failed);
  const command = isAlone ? `${again} --from '${wordsOf(failed)}'` : again;
  const first = failure === null ? null : correctionOf(failure);
  if (first === null) return { action: "rerun", text: command, note };
  return { action: "fix", text: `${first}, then ${command}`, note };
}

/** What is to be put where a child could not be started; null where a document is not what is wrong. */
function childCorrection(
  { workflow, parent }: RunCreated,
  { step: { action }, failure: { code } }: FailingTask,
  again: string,
): string | null {
  if (action.type !== "workflow") return null;
  if (code === "child_depth") return `put a corrected version of ${workflow}, then ${again}`;
  const { name, version } = action;
  const missing = new Map([
    ["workflow_not_found", name],
    ["workflow_deleted", `a version of ${name} above its highest`],
    ["version_not_found", `version ${version} of ${name}`],
  ]).get(code);
  if (missing === undefined) return null;
  // The root of a child starts the highest version of it by itself.
  const corrected = parent === undefined ? `${again} --version N` : "the same";
  return `put ${missing} (dispatched workflow put FILE), then ${again}; or put a corrected version of ${workflow}, then ${corrected}`;
}

function plain(action: NextAction["action"], text: string): NextAction {
  return { action, text, note: null };
}

/** Going again repeats their calls: who is charged is to know it before. */
function undoneNote(workflow: Workflow, state: RunState): string | null {
  const ids = workflow.steps
    .filter(({ number }) => wasUndone(state.steps[number] as StepState))
    .map(({ id }) => id);
  if (ids.length === 0) return null;
  const more = ids.length - undoneNamedMax;
  const named = more > 0 ? `${ids.slice(0, undoneNamedMax).join(", ")} and ${more} more` : ids.join(", ");
  return ids.length === 1 ? `${named} was undone and runs again` : `${named} were undone and run again`;
}

const undoneNamedMax = 5;

function wasUndone({ undo, items }: StepState): boolean {
  if (items === null) return undo?.status === "succeeded";
  for (let item = 0; item < items.count; item++) {
    if (entryAt(items.tasks, item)?.undo?.status === "succeeded") return true;
  }
  return false;
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
  // One that is ending goes on to its end, and is undone, though it was paused.
  if (state.paused && state.ending === null) return plain("resume", `dispatched runs resume ${run}`);
  const number = state.open.find((open) => waits(state.steps[open] as StepState));
  const wanted = number === undefined ? undefined : waitOf(workflow.steps[number] as Step)?.for;
  switch (wanted?.type) {
    case "signals": {
      const kept = new Set(state.signals.map(({ name }) => name));
      const name = wanted.names.find((one) => !kept.has(one)) ?? wanted.names[0];
      return plain("signal", `dispatched runs signal ${run} ${name}`);
    }
    case "event": {
      const subject = state.steps[number ?? 0]?.awaited?.subject ?? null;
      const about = subject === null ? "" : ` with the subject ${JSON.stringify(subject)}`;
      return plain("wait", `it goes on when the event ${wanted.event}${about} comes`);
    }
    case "callback":
      return plain("wait", "it goes on when the service that was called calls back");
    default:
      return goesOnByItself;
  }
}

/** It waits, or one of its items does. */
function waits({ phase, items }: StepState): boolean {
  if (items === null) return phase === "wait";
  return items.open.some((item) => entryAt(items.tasks, item)?.phase === "wait");
}
