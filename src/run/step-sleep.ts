// A `sleep` step: for a duration, or until a point in time.

import { evaluateTemplate } from "../language/evaluate-template.ts";
import type { SleepAction } from "../language/workflow.ts";
import { formatDuration } from "../value/duration.ts";
import type { Json } from "../value/json.ts";
import { limits } from "../value/limits.ts";
import { parseInstant } from "../value/parse-instant.ts";
import { evaluate } from "./evaluate.ts";
import { failEvaluation } from "./fail-step.ts";
import { nameOf, type Place } from "./place.ts";
import { scopeAt } from "./scope.ts";
import { emit, type Turn } from "./turn.ts";

/** A point in time that has passed ends the step at once. */
export function startSleep(turn: Turn, place: Place, action: SleepAction): void {
  const until =
    action.for.type === "duration" ? turn.now + action.for.ms : untilOf(turn, place, action.for.at);
  if (until === null) return;
  const { step } = place;
  const deadlineAt = step.timeoutMs === null ? null : turn.now + step.timeoutMs;
  emit(turn, { type: "sleep.started", step: step.number, until, deadlineAt });
  if (until <= turn.now) emit(turn, { type: "step.succeeded", step: step.number, result: { type: "slept" } });
}

/** Null when the sandbox is needed first, and when the step failed because it is no point in time. */
function untilOf(
  turn: Turn,
  place: Place,
  template: Extract<SleepAction["for"], { type: "until" }>["at"],
): number | null {
  const scope = scopeAt(turn.workflow, turn.state, place);
  const evaluated = evaluate(turn, `start/${nameOf(place)}`, scope, (seen) =>
    evaluateTemplate(template, seen),
  );
  if (evaluated === null) return null;
  if (!evaluated.ok) {
    failEvaluation(turn, place, evaluated.problem);
    return null;
  }
  const until = instantOf(evaluated.value);
  if (until === null) {
    const message = "`sleep.until` must give a timestamp such as `2027-01-31T09:00:00Z`, or milliseconds";
    failEvaluation(turn, place, { code: "not_a_timestamp", message });
    return null;
  }
  if (until - turn.now > limits.duration_ms) {
    const message = `a sleep lasts at most ${formatDuration(limits.duration_ms)}`;
    failEvaluation(turn, place, { code: "duration_ms", message });
    return null;
  }
  return until;
}

function instantOf(value: Json): number | null {
  if (typeof value === "number") return Number.isInteger(value) ? value : null;
  return typeof value === "string" ? parseInstant(value) : null;
}
