// How a run ends: the first cause names the status, and the output is what the document asks for.

import type { Broken } from "../history.ts";
import { memberOf, outputOf } from "./evaluate.ts";
import { type RunCase, storyOf } from "./run-case.ts";
import { sameJson } from "./same-json.ts";
import type { StepStory } from "./step-story.ts";

export function checkEnding(run: RunCase): readonly Broken[] {
  const what = judge(run);
  return what === null ? [] : [{ promise: "ending", run: run.run.run, what }];
}

function judge(run: RunCase): string | null {
  const { ending, end } = run;
  if (ending !== null) {
    const wrong = judgeCause(run);
    if (wrong !== null) return wrong;
  }
  if (end === null) return null;
  if (end.type !== "run.completed") {
    if (ending === null) return `it ended ${end.type} without a cause`;
    return end.type === `run.${ending.data["status"]}`
      ? null
      : `it ended ${end.type}; its first cause says ${ending.data["status"]}`;
  }
  if (ending !== null) return "it completed although it was ending badly";
  const expected = expectedOutput(run);
  if (expected === undefined) return "it completed although its output cannot be evaluated";
  const output = end.data["output"];
  return sameJson(output, expected)
    ? null
    : `its output is ${JSON.stringify(output)}, not ${JSON.stringify(expected)}`;
}

/** The cause stands right before `run.ending`: that event is decided together with it. */
function judgeCause(run: RunCase): string | null {
  const { ending } = run;
  if (ending === null) return null;
  const status = ending.data["status"];
  const cause = causeBefore(run, ending.seq);
  if (status === "timed_out") return cause === null ? null : `it timed out after ${cause}`;
  if (cause !== null) return cause === status ? null : `the first cause is ${cause}, the run ends ${status}`;
  return status === "failed" && expectedOutput(run) === undefined
    ? null
    : `it ends ${status} without a cause`;
}

function causeBefore(run: RunCase, seq: number): "failed" | "cancelled" | null {
  const first = run.run.events.find(
    (event) => event.seq < seq && (event.type === "run.cancel_requested" || failsRun(run, event)),
  );
  if (first === undefined) return null;
  return first.type === "run.cancel_requested" ? "cancelled" : "failed";
}

function failsRun(
  run: RunCase,
  event: { readonly type: string; readonly data: Readonly<Record<string, unknown>> },
): boolean {
  return event.type === "step.failed" && run.model.steps[Number(event.data["step"])]?.onError === "fail";
}

/** Undefined when it cannot be evaluated. */
function expectedOutput(run: RunCase): unknown {
  const { model } = run;
  const story = (id: string) => run.stories.get(id) as StepStory;
  const last = Number.MAX_SAFE_INTEGER;
  if (model.output.type === "text") {
    const id = memberOf(outputOf(story(model.output.step), last), "id");
    return id === null ? undefined : `got ${id}`;
  }
  const named = new Set(model.steps.flatMap((step) => step.after));
  const leaves = model.steps.filter((step) => !named.has(step.id));
  return Object.fromEntries(leaves.map((step) => [step.id, outputOf(storyOf(run, step), last)]));
}
