// Compensation: exactly what was answered with success, in the reverse of the order of ending, one after the other.

import type { Broken, DurableEvent } from "../history.ts";
import type { StepModel } from "../workload/model.ts";
import { classify } from "./classify.ts";
import { outcomesOf } from "./outcomes.ts";
import { callsOf, type RunCase, storyOf } from "./run-case.ts";
import { failureOf, type StepStory } from "./step-story.ts";

export function checkCompensation(run: RunCase): readonly Broken[] {
  const broken: Broken[] = [];
  const report = (what: string) => broken.push({ promise: "compensation", run: run.run.run, what });
  const undone = run.model.steps
    .map((step) => storyOf(run, step))
    .filter(({ undo }) => undo.announced.length > 0 || undo.end !== null)
    .sort((a, b) => begunSeq(a) - begunSeq(b));
  const wanted = run.model.steps.map((step) => storyOf(run, step)).filter((story) => isWanted(run, story));
  if (run.end?.type === "run.completed" && undone.length > 0) report("the run completed and undid steps");
  for (const story of undone) {
    if (!wanted.includes(story)) report(`step ${story.step.id} is undone and had not succeeded`);
    if (!wasAnswered(run, story.step)) report(`step ${story.step.id} is undone; no service ever did it`);
  }
  for (const what of inOrder(run, undone)) report(what);
  const stopped = stopSeq(run);
  if (stopped !== null) {
    for (const story of undone.filter((one) => begunSeq(one) > stopped)) {
      report(`step ${story.step.id} is undone after a cancel without compensation`);
    }
  } else if (run.end !== null && run.end.type !== "run.completed") {
    for (const story of wanted.filter((one) => !undone.includes(one)))
      report(`step ${story.step.id} is not undone`);
  }
  const expected = resultOf(wanted, undone);
  if (run.end !== null && run.end.type !== "run.completed" && run.end.data["compensation"] !== expected) {
    report(`the run says ${run.end.data["compensation"]}, it is ${expected}`);
  }
  return broken;
}

function begunSeq({ undo }: StepStory): number {
  return undo.announced[0]?.event.seq ?? undo.end?.seq ?? 0;
}

/** Seq of the cancel that asked for no compensation, or null. */
function stopSeq(run: RunCase): number | null {
  const stop = run.run.events.find(
    ({ type, data }) => type === "run.cancel_requested" && data["compensate"] === false,
  );
  return stop?.seq ?? null;
}

/** Its request was answered with a success status, or what became of it is unknown and the document asks. */
function isWanted(run: RunCase, story: StepStory): boolean {
  const { compensate } = story.step;
  if (compensate === null || story.end === null) return false;
  let accepted = false;
  let unknown = false;
  outcomesOf(story).forEach((event, index) => {
    if (event === null) return;
    const verdict = reachOf(run, story, index + 1, event);
    accepted ||= verdict.accepted;
    unknown = verdict.reach === "unknown" || (verdict.reach === "no" && unknown);
  });
  return accepted || (unknown && compensate.whenUnknown);
}

function reachOf(run: RunCase, story: StepStory, attempt: number, event: DurableEvent) {
  const kind = event.type === "step.succeeded" ? "success" : failureOf(event).kind;
  if (kind === "crash") return { accepted: false, reach: "unknown" };
  if (kind === "step_timeout") {
    const waited = (story.announced[attempt - 1]?.notBefore ?? 0) > event.at;
    return { accepted: false, reach: waited ? "no" : "unknown" };
  }
  const calls = callsOf(run, story.step, false).filter((call) => call.attempt === attempt);
  const verdict = calls.map((call) => classify(story.step, call)).find((one) => one.kind === kind);
  return verdict ?? { accepted: false, reach: "no" };
}

/** By the service's own ledger: it answered a request of this step with a success status, or may have. */
function wasAnswered(run: RunCase, step: StepModel): boolean {
  return callsOf(run, step, false).some(({ answer }) => {
    if (step.compensate?.whenUnknown === true) return true;
    return (
      answer !== null &&
      ((answer.status >= 200 && answer.status <= 299) || step.expect.includes(answer.status))
    );
  });
}

function inOrder(run: RunCase, undone: readonly StepStory[]): readonly string[] {
  const wrong: string[] = [];
  const first = undone[0];
  if (first === undefined) return wrong;
  for (const story of run.stories.values()) {
    const begun = story.announced.length > 0;
    if (begun && (story.end === null || story.end.seq > begunSeq(first))) {
      wrong.push(`compensation began while step ${story.step.id} was under way`);
    }
  }
  undone.forEach((story, index) => {
    const before = undone[index - 1];
    if (before === undefined) return;
    if ((before.end?.seq ?? 0) < (story.end?.seq ?? 0)) {
      wrong.push(`step ${story.step.id}, which ended after ${before.step.id}, is undone after it`);
    }
    if (before.undo.end === null || before.undo.end.seq > begunSeq(story)) {
      wrong.push(`step ${story.step.id} is undone while ${before.step.id} is`);
    }
  });
  return wrong;
}

function resultOf(
  wanted: readonly StepStory[],
  undone: readonly StepStory[],
): "none" | "complete" | "partial" {
  if (undone.length === 0) return "none";
  const succeeded = wanted.filter(({ undo }) => undo.end?.type === "compensation.succeeded");
  return succeeded.length === wanted.length ? "complete" : "partial";
}
