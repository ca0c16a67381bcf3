// What the log says of each attempt's end is what the engine heard on the wire.

import type { Broken, DurableEvent } from "../history.ts";
import type { StepModel } from "../workload/model.ts";
import { classify, parsedBody } from "./classify.ts";
import { callsOf, type RunCase, storyOf } from "./run-case.ts";
import { sameJson } from "./same-json.ts";
import { type AttemptStory, failureOf } from "./step-story.ts";

/** Ends that no answer brought about. */
const withoutAnswer: ReadonlySet<string> = new Set([
  "crash",
  "evaluation",
  "request",
  "limit",
  "step_timeout",
]);

/** How each announced attempt ended, in order; null for one that has not ended or was dropped. */
export function outcomesOf(story: AttemptStory): readonly (DurableEvent | null)[] {
  return story.announced.map((_, index) => {
    const end = story.end?.type === "step.cancelled" ? null : story.end;
    return story.announced[index + 1]?.event ?? end;
  });
}

export function checkOutcomes(run: RunCase): readonly Broken[] {
  const broken: Broken[] = [];
  for (const step of run.model.steps) {
    for (const undo of [false, true]) {
      const story = undo ? storyOf(run, step).undo : storyOf(run, step);
      outcomesOf(story).forEach((event, index) => {
        const wrong = event === null ? null : judge(run, step, { undo, attempt: index + 1, event });
        if (wrong === null) return;
        const what = `attempt ${index + 1} of ${undo ? "the compensation of " : ""}${step.id}: ${wrong}`;
        broken.push({ promise: "outcome", run: run.run.run, what });
      });
    }
  }
  return broken;
}

interface Ended {
  readonly undo: boolean;
  readonly attempt: number;
  readonly event: DurableEvent;
}

function judge(run: RunCase, step: StepModel, { undo, attempt, event }: Ended): string | null {
  const succeeded = event.type.endsWith(".succeeded");
  const kind = succeeded ? "success" : failureOf(event).kind;
  if (withoutAnswer.has(kind)) return null;
  const calls = callsOf(run, step, undo).filter((call) => call.attempt === attempt);
  if (calls.length === 0) return `it ended ${kind} and was never sent`;
  const fitting = calls.filter((call) => classify(step, call).kind === kind);
  if (fitting.length === 0)
    return `it ended ${kind}; the engine heard ${calls.map((call) => classify(step, call).kind)}`;
  if (!succeeded) return null;
  const recorded = (event.data["result"] ?? event.data["answer"]) as { readonly body: unknown };
  const secret = step.secret === null || undo ? null : step.secret;
  const same = fitting.some((call) => sameJson(recorded.body, masked(parsedBody(call), secret)));
  return same ? null : `recorded is ${JSON.stringify(recorded.body)}`;
}

/** An echoed secret is recorded as its name. */
function masked(body: unknown, secret: string | null): unknown {
  if (typeof body !== "object" || body === null || !("echo" in body) || typeof body.echo !== "string")
    return body;
  return secret === null ? body : { ...body, echo: `Token [secret ${secret}]` };
}
