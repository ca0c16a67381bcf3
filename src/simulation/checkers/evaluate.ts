// The meaning of the expressions that the generator writes, anew and without the core.

import type { StepModel } from "../workload/model.ts";
import { type RunCase, storyOf } from "./run-case.ts";
import { failureOf, type StepStory } from "./step-story.ts";

/** The output of a step as a template reads it before `seq`: null unless it had succeeded. */
export function outputOf(story: StepStory, seq: number): unknown {
  const { end } = story;
  if (end?.type !== "step.succeeded" || end.seq >= seq) return null;
  const result = end.data["result"] as {
    readonly type: string;
    readonly value?: unknown;
    readonly body?: unknown;
  };
  return (result.type === "value" ? result.value : result.body) ?? null;
}

/** A member that is missing is null, and so is one of anything but an object. */
export function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, name))
    return null;
  return (value as Readonly<Record<string, unknown>>)[name];
}

function refsOf(run: RunCase, step: StepModel, seq: number): readonly unknown[] {
  return step.reads.map((id) => memberOf(outputOf(run.stories.get(id) as StepStory, seq), "id"));
}

export function valueOf(run: RunCase, step: StepModel, seq: number): unknown {
  return { id: run.body.order, n: run.body.n, refs: refsOf(run, step, seq) };
}

export function bodyOf(run: RunCase, step: StepModel, seq: number): unknown {
  return { order: run.body.order, refs: refsOf(run, step, seq), note: `n=${run.body.n}` };
}

/** What the step's compensation sends: it reads the response of its own step, whatever became of it. */
export function undoBodyOf(run: RunCase, step: StepModel): unknown {
  const { end } = storyOf(run, step);
  let body: unknown = null;
  if (end?.type === "step.succeeded") body = memberOf(end.data["result"], "body");
  else if (end !== null && end.type === "step.failed")
    body = failureOf(end).status === null ? null : failureOf(end).body;
  return { undo: memberOf(body, "id") };
}

/** `when` as it stood before `seq`. */
export function whenHolds(run: RunCase, step: StepModel, seq: number): boolean {
  const { when } = step;
  if (when === null) return true;
  if (when.type === "flag") return run.body[when.name] === true;
  const n = memberOf(outputOf(run.stories.get(when.step) as StepStory, seq), "n");
  return ((n as number | null) ?? 0) > when.limit;
}
