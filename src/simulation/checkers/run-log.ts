// A run's durable log beside the model of its workflow, as the checkers read both.

import { type DurableEvent, type DurableRun, type History, modelKey } from "../history.ts";
import type { StepModel, WorkflowModel } from "../workload/model.ts";

export interface RunLog {
  readonly run: DurableRun;
  readonly model: WorkflowModel;
  /** The engine may not go on with it alone: that is said by the workflow of the run at the top. */
  readonly attended: boolean;
  readonly events: readonly DurableEvent[];
  /** What the trigger brought. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** As it stood then. */
export function upTo(log: RunLog, order: number): RunLog {
  return { ...log, events: log.events.filter((event) => event.order <= order) };
}

export interface FailureData {
  readonly body: unknown;
  readonly kind: string;
  readonly code: string;
  readonly reach: string;
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>> | null;
}

/** Every checker asks for them. */
const known = new WeakMap<History, readonly RunLog[]>();

/** Logs whose first event names a workflow that was generated. */
export function runLogs(history: History): readonly RunLog[] {
  const logs = known.get(history) ?? readLogs(history);
  known.set(history, logs);
  return logs;
}

function readLogs(history: History): readonly RunLog[] {
  const models = new Map(history.runs.map((run) => [run.run, modelOf(history, run)]));
  return history.runs.flatMap((run) => {
    const first = run.events[0];
    const model = models.get(run.run);
    if (first === undefined || model === undefined) return [];
    const trigger = first.data["trigger"] as { readonly body: Record<string, unknown> | null };
    const attended = (models.get(rootOf(run)) ?? model).mode === "attended";
    return [{ run, model, attended, events: run.events, input: trigger.body ?? {} }];
  });
}

function modelOf(history: History, { tenant, events }: DurableRun): WorkflowModel | undefined {
  const data = events[0]?.data ?? {};
  return history.models.get(`${tenant}/${modelKey(String(data["workflow"]), Number(data["version"]))}`);
}

/** Id of the run at the top. */
export function rootOf({ run, events }: DurableRun): string {
  const parent = events[0]?.data["parent"] as { readonly root: string } | undefined;
  return parent?.root ?? run;
}

/** How often a run that had ended was asked to undo what it can, so far. */
export function roundOf(log: RunLog, order: number): number {
  let round = 0;
  for (const event of log.events) {
    if (event.order > order) break;
    if (isRequest(event)) round++;
  }
  return round;
}

/** The events of the round in which `order` lies: the first lasts until what has ended is asked to undo itself. */
export function eventsOfRound({ events }: RunLog, order: number): readonly DurableEvent[] {
  const begins = events.findLastIndex((event) => isRequest(event) && event.order <= order);
  const ends = events.findIndex((event, index) => isRequest(event) && index > begins);
  return events.slice(Math.max(begins, 0), ends < 0 ? events.length : ends);
}

function isRequest({ type }: DurableEvent): boolean {
  return type === "compensation.requested";
}

export function stepOf(log: RunLog, event: DurableEvent): StepModel | null {
  const number = event.data["step"];
  return typeof number === "number" ? (log.model.steps[number] ?? null) : null;
}

export function failureOf(event: DurableEvent): FailureData {
  return event.data["failure"] as FailureData;
}

export function isSuccessStatus(step: StepModel, status: number): boolean {
  return (status >= 200 && status < 300) || step.expect.includes(status);
}

/** The body of a successful answer, or the value of a value step. */
export function outputOf(event: DurableEvent): unknown {
  const result = event.data["result"] as {
    readonly type: string;
    readonly body?: unknown;
    readonly value?: unknown;
    readonly output?: unknown;
  };
  if (result.type === "child") return result.output;
  return result.type === "value" ? result.value : result.body;
}

export function memberOf(value: unknown, name: string): unknown {
  return hasMember(value, name) ? (value as Record<string, unknown>)[name] : null;
}

export function hasMember(value: unknown, name: string): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.hasOwn(value, name);
}

export const terminalTypes: ReadonlySet<string> = new Set([
  "run.completed",
  "run.failed",
  "run.cancelled",
  "run.timed_out",
]);
