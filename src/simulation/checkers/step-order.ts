// Order and outcome of steps: joins, conditions, and that nothing starts after the first cause of a bad end.

import type { Broken } from "../history.ts";
import type { StepModel } from "../workload/model.ts";
import { valueOf, whenHolds } from "./evaluate.ts";
import { type RunCase, storyOf } from "./run-case.ts";
import { sameJson } from "./same-json.ts";
import { hasPassed, type StepStory } from "./step-story.ts";

export function checkStepOrder(run: RunCase): readonly Broken[] {
  const broken: Broken[] = [];
  const report = (step: StepModel, what: string) =>
    broken.push({ promise: "order", run: run.run.run, what: `step ${step.id}: ${what}` });
  const badAt = firstBadSeq(run);
  for (const step of run.model.steps) {
    const story = storyOf(run, step);
    const decidedAt = story.announced[0]?.event.seq ?? story.end?.seq ?? null;
    if (decidedAt === null) {
      if (run.end?.type === "run.completed") report(step, "the run completed and it was never decided");
      continue;
    }
    for (const { event, attempt } of story.announced) {
      if (badAt !== null && event.seq > badAt)
        report(step, `attempt ${attempt} is begun after the first bad cause`);
    }
    if (badAt !== null && decidedAt > badAt) report(step, "it is decided after the first bad cause");
    const wrong = judgeStart(run, step, story, decidedAt);
    if (wrong !== null) report(step, wrong);
  }
  return broken;
}

/** Seq of the event after which nothing new may start. */
export function firstBadSeq(run: RunCase): number | null {
  const ends = run.model.steps.flatMap((step) => {
    const { end } = storyOf(run, step);
    return end?.type === "step.failed" && step.onError === "fail" ? [end.seq] : [];
  });
  const cancelled = run.run.events
    .filter((event) => event.type === "run.cancel_requested")
    .map(({ seq }) => seq);
  const all = [...ends, ...cancelled, ...(run.ending === null ? [] : [run.ending.seq])];
  return all.length === 0 ? null : Math.min(...all);
}

function judgeStart(run: RunCase, step: StepModel, story: StepStory, seq: number): string | null {
  const verdict = verdictOf(run, step, seq);
  const began = story.announced.length > 0;
  const skipped = story.end?.type === "step.skipped";
  switch (verdict) {
    case "wait":
      return `it is decided (seq ${seq}) before its parents allow`;
    case "skip":
      return skipped ? null : "no parent passed, and it is not skipped";
    case "condition":
      return skipped ? null : "its condition is false, and it is not skipped";
    case "run":
      if (skipped) return "it is skipped although its parents and its condition allow";
      if (step.kind === "request")
        return began || story.end?.type === "step.failed" ? null : "it ended without a call";
      return judgeValue(run, step, story);
  }
}

function judgeValue(run: RunCase, step: StepModel, story: StepStory): string | null {
  const { end } = story;
  if (end?.type !== "step.succeeded") return `a value ends ${end?.type}`;
  const { value } = end.data["result"] as { readonly value: unknown };
  const expected = valueOf(run, step, end.seq);
  return sameJson(value, expected)
    ? null
    : `its value is ${JSON.stringify(value)}, not ${JSON.stringify(expected)}`;
}

function verdictOf(run: RunCase, step: StepModel, seq: number): "wait" | "run" | "skip" | "condition" {
  const parents = step.after.map((id) => run.stories.get(id) as StepStory);
  const ended = parents.filter((parent) => parent.end !== null && parent.end.seq < seq);
  const passed = ended.some(hasPassed);
  const ready = parents.length === 0 || (step.join === "any" && passed) || ended.length === parents.length;
  if (!ready) return "wait";
  if (parents.length > 0 && !passed) return "skip";
  return whenHolds(run, step, seq) ? "run" : "condition";
}
