// The value of an expression.

import { evaluateOne } from "./evaluate/evaluate-one.ts";
import { problemOf } from "./evaluate/evaluation-error.ts";
import { spendValue } from "./evaluate/spend-value.ts";
import { newWork } from "./evaluate/work.ts";
import type { Expression, Scope } from "./expression.ts";
import type { Evaluated } from "./workflow.ts";

/** Evaluates `expression` over `scope`. Never throws. Problems: as `evaluateTemplate`, without `null_in_text`. */
export function evaluateExpression(expression: Expression, scope: Scope): Evaluated {
  try {
    const work = scope.work ?? newWork();
    const value = evaluateOne(expression, scope, work);
    spendValue(value, work);
    return { ok: true, value };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}
