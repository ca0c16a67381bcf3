// One line that says what a run is really doing now.

import type { Step, Workflow } from "../language/workflow.ts";
import { statusOf } from "./run-status.ts";
import type { RunState, StepState } from "./state.ts";
import { isTerminal } from "./status.ts";
import { waitOf } from "./step-wait.ts";

const shownMax = 3;

/** By the number of a step: which host its call waits for, and because of what. */
export type HeldCalls = ReadonlyMap<number, { readonly host: string; readonly by: string }>;

const nothing: HeldCalls = new Map();

export function nowLine(workflow: Workflow, state: RunState, held: HeldCalls = nothing): string {
  if (isTerminal(state.status)) return ended(state);
  if (state.startedAt === null && state.ending === null) return "queued · waits for a place";
  if (state.undoing !== null) return `undoes ${workflow.steps[state.undoing]?.id ?? state.undoing}`;
  const open = state.open.map((number) => {
    const line = ofStep(workflow.steps[number] as Step, state.steps[number] as StepState);
    const by = held.get(number);
    return by === undefined ? line : `${line} · held back by ${by.host} (${by.by})`;
  });
  const paused = state.paused ? "paused" : null;
  if (open.length === 0) return paused ?? statusOf(state);
  const shown = open.slice(0, shownMax).join(", ");
  const line = open.length <= shownMax ? shown : `${shown} and ${open.length - shownMax} more`;
  return paused === null ? line : `paused · ${line}`;
}

function ended(state: RunState): string {
  const { compensation, reopened } = state;
  const undone = compensation === null || compensation === "none" ? "" : ` · compensation ${compensation}`;
  return `${state.status.replace("_", " ")}${reopened ? " · is being undone" : undone}`;
}

function ofStep(step: Step, state: StepState): string {
  const { id } = step;
  switch (state.phase) {
    case "items": {
      const items = state.items;
      return items === null ? id : `${id} · ${items.succeeded + items.failed}/${items.count} items`;
    }
    case "wait": {
      const wanted = waitOf(step)?.for;
      if (wanted?.type === "signals")
        return `${id} · waits for ${wanted.names.join(wanted.mode === "any" ? " or " : " and ")}`;
      return wanted?.type === "event"
        ? `${id} · waits for the event ${wanted.event}`
        : `${id} · waits for its callback`;
    }
    case "sleep":
      return `${id} · sleeps until ${new Date(state.notBefore).toISOString()}`;
    case "child":
      return `${id} · ${state.child?.run ?? "child"}`;
    default:
      if (state.pages !== null) return `${id} · page ${state.pages.number + 1}`;
      if (state.poll !== null) return `${id} · poll ${state.poll.count}`;
      return state.spent > 0 ? `${id} · retry ${state.spent}` : id;
  }
}
