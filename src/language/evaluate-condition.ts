// Whether a condition holds.

import { kindOf } from "./evaluate/kind-of.ts";
import { evaluateExpression } from "./evaluate-expression.ts";
import type { Expression, Scope } from "./expression.ts";
import type { EvaluationProblem } from "./workflow.ts";

type EvaluatedCondition =
  | { readonly ok: true; readonly value: boolean }
  | { readonly ok: false; readonly problem: EvaluationProblem };

/** True for true, false for false and null. Anything else is the problem `not_a_boolean`. Never throws. */
export function evaluateCondition(expression: Expression, scope: Scope): EvaluatedCondition {
  const result = evaluateExpression(expression, scope);
  if (!result.ok) return result;
  const { value } = result;
  if (value === null || typeof value === "boolean") return { ok: true, value: value === true };
  const message = `\`${expression.source}\` must be true, false or null, and is ${kindOf(value)}`;
  return { ok: false, problem: { code: "not_a_boolean", message } };
}
