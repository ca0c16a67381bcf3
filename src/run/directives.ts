// Response directives: what a called service tells the engine to do with its own step.

import type { Directive } from "../language/directive.ts";
import type { RequestAction, ResponseRule } from "../language/workflow.ts";
import type { AttemptOutcome } from "./command.ts";
import { failTask } from "./fail-step.ts";
import type { Failure } from "./failure.ts";
import { isSuccess } from "./judge-attempt.ts";
import { at, type Place } from "./place.ts";
import { pollBy } from "./poll.ts";
import { retryOrFail } from "./step-request.ts";
import { emit, type Turn } from "./turn.ts";

const forItems: ReadonlySet<Directive["type"]> = new Set(["retry", "fail", "poll"]);

/** True when a directive decided the attempt. One that is not allowed is recorded and changes nothing. */
export function obey(turn: Turn, place: Place, action: RequestAction, outcome: AttemptOutcome): boolean {
  if (outcome.type !== "answer" || outcome.directive == null) return false;
  const { directive } = outcome;
  const allowed =
    turn.state.ending === null &&
    place.step.directives.has(directive.type) &&
    (place.item === null || forItems.has(directive.type));
  emit(turn, { type: "directive.received", ...at(place), directive, allowed });
  if (!allowed) return false;
  apply(turn, place, action, directive, outcome);
  return true;
}

function apply(
  turn: Turn,
  place: Place,
  action: RequestAction,
  directive: Directive,
  outcome: Extract<AttemptOutcome, { type: "answer" }>,
): void {
  const { step } = place;
  switch (directive.type) {
    case "retry":
      retryOrFail(turn, place, action, directed(action.response, outcome, directive), directive.afterMs ?? 0);
      break;
    case "fail":
      failTask(turn, place, directed(action.response, outcome, directive));
      break;
    case "poll":
      pollBy(turn, place, action, {
        answer: outcome.answer,
        target: outcome.target ?? null,
        afterMs: directive.afterMs,
        unjudged: false,
      });
      break;
    case "skip":
      emit(turn, {
        type: "step.skipped",
        step: step.number,
        reason: "directive",
        from: null,
        answer: outcome.answer,
        ...(isSuccess(action.response, outcome.answer.status) ? { accepted: true } : {}),
      });
      break;
    case "complete":
      emit(turn, {
        type: "step.succeeded",
        step: step.number,
        result: { type: "response", ...outcome.answer },
      });
      break;
  }
}

export function directed(
  rule: ResponseRule,
  { answer }: Extract<AttemptOutcome, { type: "answer" }>,
  directive: Extract<Directive, { type: "retry" | "fail" }>,
): Failure {
  return {
    kind: "directive",
    code: `directive_${directive.type}`,
    message: messageOf(directive),
    reach: "answered",
    accepted: isSuccess(rule, answer.status),
    status: answer.status,
    headers: answer.headers,
    body: answer.body,
  };
}

function messageOf(directive: Extract<Directive, { type: "retry" | "fail" }>): string {
  if (directive.type === "retry") return "the service asked for another attempt";
  return directive.reason === null
    ? "the service said that the step fails"
    : `the service said: ${directive.reason}`;
}
