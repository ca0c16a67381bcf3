// Of which task an event speaks: a step, one item of its strategy, or what undoes either.

import type { DurableEvent } from "../history.ts";
import type { PollModel } from "../workload/language-model.ts";
import type { StepModel } from "../workload/model.ts";
import { type RunLog, stepOf } from "./run-log.ts";

export interface Task {
  readonly step: StepModel;
  readonly item: number | null;
  readonly undo: boolean;
  /** In words: `s1`, `s1[2]`, `undo of s1[2]`. */
  readonly name: string;
  /** What happened to it: `started`, `failed` …; `accepted` when its call was, and its callback is waited for. */
  readonly verb: string;
}

const kinds: ReadonlySet<string> = new Set(["step", "item", "compensation"]);

/** Asked of every event by many checkers: there are few types. */
const split = new Map<string, readonly [kind: string, verb: string]>();

function wordsOf(type: string): readonly [kind: string, verb: string] {
  const known = split.get(type);
  if (known !== undefined) return known;
  const [kind = "", verb = ""] = type.split(".");
  split.set(type, [kind, verb]);
  return [kind, verb];
}

/** Null for an event of no task, and for those between its beginning and its end (`sleep.started` and the like). */
export function taskOf(log: RunLog, event: DurableEvent): Task | null {
  const [kind, verb] = wordsOf(event.type);
  const accepted = isAcceptance(event);
  const step = kinds.has(kind) || accepted ? stepOf(log, event) : null;
  if (step === null) return null;
  const undo = kind === "compensation";
  const item = itemOf(event);
  return { step, item, undo, name: taskName(step, item, undo), verb: accepted ? "accepted" : verb };
}

/** What a service says in its answer, of a step or of its compensation. */
export function isDirective({ type }: DurableEvent): boolean {
  return type === "directive.received" || type === "compensation.directed";
}

export function pollOf({ step, undo }: Pick<Task, "step" | "undo">): PollModel | null {
  return undo ? (step.compensate?.poll ?? null) : step.poll;
}

/** Its call was answered well, and the wait for its callback begins. */
export function isAcceptance({ type, data }: DurableEvent): boolean {
  return type === "wait.started" && data["answer"] !== undefined;
}

export function itemOf(event: DurableEvent): number | null {
  const { item } = event.data;
  return typeof item === "number" ? item : null;
}

export function taskName({ id }: StepModel, item: number | null, undo: boolean): string {
  return `${undo ? "undo of " : ""}${id}${item === null ? "" : `[${item}]`}`;
}
