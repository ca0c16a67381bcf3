// A run's durable log beside the model of its workflow, as the checkers read both.

import { type DurableEvent, type DurableRun, type History, modelKey } from "../history.ts";
import type { StepModel, WorkflowModel } from "../workload/model.ts";

export interface RunLog {
  readonly run: DurableRun;
  readonly model: WorkflowModel;
  readonly events: readonly DurableEvent[];
  /** What the trigger brought. */
  readonly input: Readonly<Record<string, unknown>>;
}

export interface FailureData {
  readonly body: unknown;
  readonly kind: string;
  readonly code: string;
  readonly reach: string;
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>> | null;
}

/** Logs whose first event names a workflow that was generated. */
export function runLogs(history: History): readonly RunLog[] {
  return history.runs.flatMap((run) => {
    const first = run.events[0];
    if (first === undefined) return [];
    const key = modelKey(String(first.data["workflow"]), Number(first.data["version"]));
    const model = history.models.get(`${run.tenant}/${key}`);
    if (model === undefined) return [];
    const trigger = first.data["trigger"] as { readonly body: Record<string, unknown> };
    return [{ run, model, events: run.events, input: trigger.body }];
  });
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
  };
  return result.type === "value" ? result.value : result.body;
}

export function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : null;
}

export const terminalTypes: ReadonlySet<string> = new Set([
  "run.completed",
  "run.failed",
  "run.cancelled",
  "run.timed_out",
]);
