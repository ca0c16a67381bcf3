// A `value` step: a template evaluated without any call.

import { evaluateTemplate } from "../language/evaluate-template.ts";
import type { ValueAction } from "../language/workflow.ts";
import { withMember } from "../value/stored-body.ts";
import { evaluate } from "./evaluate.ts";
import { failEvaluation } from "./fail-step.ts";
import { nameOf, type Place } from "./place.ts";
import { scopeAt } from "./scope.ts";
import { emitSucceeded, type Turn } from "./turn.ts";

/** Ends at once, well or badly, unless the sandbox is needed first. */
export function startValue(turn: Turn, place: Place, action: ValueAction): void {
  const scope = scopeAt(turn.workflow, turn.state, place);
  const evaluated = evaluate(turn, `start/${nameOf(place)}`, scope, (seen) =>
    evaluateTemplate(action.value, seen),
  );
  if (evaluated === null) return;
  if (evaluated.ok)
    emitSucceeded(turn, place, withMember({ type: "value", value: null }, "value", evaluated, "value"));
  else failEvaluation(turn, place, evaluated.problem);
}
