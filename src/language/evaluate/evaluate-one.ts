// Evaluates one expression, whatever its language.

import type { Json } from "../../value/json.ts";
import type { Expression, Scope } from "../expression.ts";
import { evaluatePath } from "./evaluate-path.ts";
import { EvaluationError } from "./evaluation-error.ts";
import type { Work } from "./work.ts";

/**
 * The value of `expression`. What the sandbox has not computed yet is null: the scope remembers it, and the whole
 * result is thrown away. Throws EvaluationError: those of `evaluatePath` and of the sandbox.
 */
export function evaluateOne(expression: Expression, scope: Scope, work: Work): Json {
  if (expression.lang === "path") return evaluatePath(expression.root, scope, work);
  const computed = scope.computed?.(expression);
  if (computed === undefined) return null;
  if (!computed.ok) throw new EvaluationError(computed.problem.code, computed.problem.message);
  return computed.value;
}
