// One line that says what a run is really doing now, and when that begins or ends by itself.

import type { Step, Workflow } from "../language/workflow.ts";
import { statusOf } from "./run-status.ts";
import type { RunState, StepState } from "./state.ts";
import { isTerminal } from "./status.ts";
import { waitOf } from "./step-wait.ts";

const shownMax = 3;

/** By the number of a step: which host its call waits for, and because of what. */
export type HeldCalls = ReadonlyMap<number, { readonly host: string; readonly by: string }>;

export interface NowLine {
  /** `charge · retry 3/5`, without times: they are counted down by whoever shows it. */
  readonly line: string;
  /** Of the one thing that the run does; null when it does several, or nothing that time brings. */
  readonly due: Due | null;
}

export interface Due {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `begins`: the next attempt or poll; `ends`: a sleep, or a wait that nobody answers. */
  readonly what: "begins" | "ends";
}

const nothing: HeldCalls = new Map();

export function nowOf(workflow: Workflow, state: RunState, held: HeldCalls = nothing): NowLine {
  if (isTerminal(state.status)) return untimed(ended(state));
  if (state.startedAt === null && state.ending === null) return untimed("queued · waits for a place");
  if (state.undoing !== null) return ofUndo(workflow, state, state.undoing);
  const open = state.open.map((number) => {
    const now = ofStep(workflow.steps[number] as Step, state.steps[number] as StepState, state.at);
    const by = held.get(number);
    return by === undefined ? now : untimed(`${now.line} · held back by ${by.host} (${by.by})`);
  });
  const paused = state.paused ? "paused" : null;
  const [first, ...others] = open;
  if (first === undefined) return untimed(paused ?? statusOf(state));
  const shown = open
    .slice(0, shownMax)
    .map(({ line }) => line)
    .join(", ");
  const line = open.length <= shownMax ? shown : `${shown} and ${open.length - shownMax} more`;
  if (paused !== null) return untimed(`paused · ${line}`);
  return { line, due: others.length === 0 ? first.due : null };
}

/** With the time written out. */
export function nowLine(workflow: Workflow, state: RunState, held: HeldCalls = nothing): string {
  const { line, due } = nowOf(workflow, state, held);
  if (due === null) return line;
  return `${line} ${due.what === "begins" ? "at" : "until"} ${new Date(due.at).toISOString()}`;
}

function untimed(line: string): NowLine {
  return { line, due: null };
}

function ended(state: RunState): string {
  const { compensation, reopened } = state;
  const undone = compensation === null || compensation === "none" ? "" : ` · compensation ${compensation}`;
  return `${state.status.replace("_", " ")}${reopened ? " · is being undone" : undone}`;
}

function ofUndo(workflow: Workflow, state: RunState, number: number): NowLine {
  const line = `undoes ${workflow.steps[number]?.id ?? number}`;
  const undo = state.steps[number]?.undo ?? null;
  if (undo === null || undo.spent === 0) return untimed(line);
  return { line: `${line} · retry ${undo.spent}`, due: later(undo.notBefore, "begins", state.at) };
}

/** What is not ahead of the last event is under way. */
function later(at: number | null, what: Due["what"], now: number): Due | null {
  return at === null || at <= now ? null : { at, what };
}

function ofStep(step: Step, state: StepState, now: number): NowLine {
  const { id } = step;
  const { phase, items, notBefore } = state;
  switch (phase) {
    case "items":
      return untimed(items === null ? id : `${id} · ${items.succeeded + items.failed}/${items.count} items`);
    case "wait":
      return { line: `${id} · ${waitWords(step)}`, due: later(state.waitUntil, "ends", now) };
    case "sleep":
      return { line: `${id} · sleeps`, due: later(notBefore, "ends", now) };
    case "child":
      return untimed(`${id} · ${state.child?.run ?? "child"}`);
    default:
      return { line: `${id}${callWords(step, state)}`, due: later(notBefore, "begins", now) };
  }
}

function waitWords(step: Step): string {
  const wanted = waitOf(step)?.for;
  if (wanted?.type === "signals") {
    return `waits for ${wanted.names.join(wanted.mode === "any" ? " or " : " and ")}`;
  }
  return wanted?.type === "event" ? `waits for the event ${wanted.event}` : "waits for its callback";
}

function callWords({ action }: Step, { pages, poll, spent }: StepState): string {
  if (pages !== null) return ` · page ${pages.number + 1}`;
  if (poll !== null) return ` · poll ${poll.count}`;
  if (spent === 0) return "";
  return action.type === "request" ? ` · retry ${spent}/${action.retry.max}` : ` · retry ${spent}`;
}
