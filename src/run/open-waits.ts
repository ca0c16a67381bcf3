// What a run waits for now, wait by wait.

import type { Step, WaitRule, Workflow } from "../language/workflow.ts";
import type { Json } from "../value/json.ts";
import { entryAt } from "../value/persistent-list.ts";
import type { Doing } from "./doing.ts";
import { byDirective } from "./poll.ts";
import type { RunState, StepState, TaskState } from "./state.ts";
import { waitOf } from "./step-wait.ts";

export const waitKinds = ["signal", "event", "callback", "timer", "poll"] as const satisfies readonly Doing[];
export type WaitKind = (typeof waitKinds)[number];

export interface OpenWait {
  readonly step: string;
  /** Of a strategy: the number of the item, from 0. */
  readonly item: number | null;
  readonly kind: WaitKind;
  /** Of signals, or the event's type; none for the others. */
  readonly names: readonly string[];
  /** Of several signals: whether one will do. */
  readonly mode: "any" | "all" | null;
  /** When the step, or the item, began (milliseconds since 1970). */
  readonly since: number;
  /** When something happens by itself: the next poll, the end of a timer; null for what comes from outside. */
  readonly at: number | null;
  /** When it ends by itself. */
  readonly until: number | null;
  /** What a signal's or callback's body, or an event's data, must fit, where the workflow says so. */
  readonly schema: Json;
}

/** Of the items of a strategy no more are told. */
const waitsMax = 100;

export function openWaitsOf(workflow: Workflow, state: RunState): readonly OpenWait[] {
  const waits: OpenWait[] = [];
  for (const number of state.open) {
    const step = workflow.steps[number] as Step;
    const { items, ...own } = state.steps[number] as StepState;
    for (const item of items?.open ?? [null]) {
      const task = item === null || items === null ? own : (entryAt(items.tasks, item) as TaskState);
      const wait = waits.length < waitsMax ? openWait(step, item, task) : null;
      if (wait !== null) waits.push(wait);
    }
  }
  return waits;
}

function openWait(step: Step, item: number | null, task: TaskState): OpenWait | null {
  const { phase, startedAt: since, notBefore, poll, waitUntil } = task;
  const base = { step: step.id, item, names: [], mode: null, since, at: null, schema: null };
  if (phase === "sleep") return { ...base, kind: "timer", at: notBefore, until: notBefore };
  if (phase === "call" && poll !== null) {
    return { ...base, kind: "poll", at: notBefore, until: poll.startedAt + pollMsOf(step) };
  }
  const rule = waitOf(step);
  if (phase !== "wait" || rule === null) return null;
  return { ...base, ...awaited(rule), until: waitUntil, schema: rule.schema?.source ?? null };
}

function awaited({ for: wanted }: WaitRule): Pick<OpenWait, "kind" | "names" | "mode"> {
  switch (wanted.type) {
    case "signals":
      return { kind: "signal", names: wanted.names, mode: wanted.mode };
    case "event":
      return { kind: "event", names: [wanted.event], mode: null };
    case "callback":
      return { kind: "callback", names: [], mode: null };
  }
}

function pollMsOf({ action }: Step): number {
  return ((action.type === "request" ? action.response.poll : null) ?? byDirective).maxMs;
}
