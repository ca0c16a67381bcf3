// What a log says of one step and of its compensation, taken apart.

import type { DurableEvent } from "../history.ts";
import type { StepModel, WorkflowModel } from "../workload/model.ts";

export interface LoggedFailure {
  readonly kind: string;
  readonly code: string;
  readonly status: number | null;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>> | null;
}

/** Announces an attempt. */
export interface Announced {
  readonly event: DurableEvent;
  readonly attempt: number;
  readonly notBefore: number;
  /** Why the attempt before it failed; null for the first. */
  readonly failure: LoggedFailure | null;
}

export interface AttemptStory {
  readonly announced: readonly Announced[];
  readonly end: DurableEvent | null;
}

export interface StepStory extends AttemptStory {
  readonly step: StepModel;
  readonly undo: AttemptStory;
}

const stepEnds: ReadonlySet<string> = new Set([
  "step.succeeded",
  "step.failed",
  "step.skipped",
  "step.cancelled",
  "step.rejected",
]);

export function storiesOf(
  model: WorkflowModel,
  events: readonly DurableEvent[],
): ReadonlyMap<string, StepStory> {
  const byStep = new Map<number, DurableEvent[]>();
  for (const event of events) {
    const number = event.data["step"];
    if (typeof number !== "number") continue;
    const own = byStep.get(number);
    if (own === undefined) byStep.set(number, [event]);
    else own.push(event);
  }
  return new Map(
    model.steps.map((step, number) => {
      const own = byStep.get(number) ?? [];
      return [step.id, { step, ...attempts("step", own), undo: attempts("compensation", own) }];
    }),
  );
}

function attempts(prefix: "step" | "compensation", events: readonly DurableEvent[]): AttemptStory {
  const announced: Announced[] = [];
  let end: DurableEvent | null = null;
  for (const event of events) {
    if (event.type === `${prefix}.started`) {
      announced.push({ event, attempt: 1, notBefore: event.at, failure: null });
    } else if (event.type === `${prefix}.retrying`) {
      const { attempt, notBefore } = event.data as { readonly attempt: number; readonly notBefore: number };
      announced.push({ event, attempt, notBefore, failure: failureOf(event) });
    } else if (isEnd(prefix, event.type)) {
      end ??= event;
    }
  }
  return { announced, end };
}

function isEnd(prefix: "step" | "compensation", type: string): boolean {
  if (prefix === "step") return stepEnds.has(type);
  return type === "compensation.succeeded" || type === "compensation.failed";
}

export function failureOf(event: DurableEvent): LoggedFailure {
  return event.data["failure"] as LoggedFailure;
}

/** It succeeded, or failed and lets the run go on. */
export function hasPassed(story: StepStory): boolean {
  if (story.end?.type === "step.succeeded") return true;
  return story.end?.type === "step.failed" && story.step.onError === "continue";
}
