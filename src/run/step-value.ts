// A `value` step: a template evaluated without any call.

import { evaluateTemplate } from "../language/evaluate-template.ts";
import type { Step, ValueAction } from "../language/workflow.ts";
import { failStep } from "./fail-step.ts";
import { unsent } from "./failure.ts";
import { scopeOf } from "./scope.ts";
import { emit, type Turn } from "./turn.ts";

/** Ends at once, well or badly. */
export function startValue(turn: Turn, step: Step, action: ValueAction): void {
  const evaluated = evaluateTemplate(action.value, scopeOf(turn.workflow, turn.state));
  if (evaluated.ok) {
    emit(turn, {
      type: "step.succeeded",
      step: step.number,
      result: { type: "value", value: evaluated.value },
    });
  } else {
    failStep(turn, step, unsent("evaluation", evaluated.problem.code, evaluated.problem.message));
  }
}
