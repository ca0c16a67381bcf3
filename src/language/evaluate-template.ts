// The value of a template.

import { placeStored } from "../value/stored-body.ts";
import { evaluateIn } from "./evaluate/evaluate-in.ts";
import { problemOf } from "./evaluate/evaluation-error.ts";
import { storedBy } from "./evaluate/stored-by.ts";
import { newWork } from "./evaluate/work.ts";
import type { Scope } from "./expression.ts";
import type { Template } from "./template.ts";
import type { Evaluated } from "./workflow.ts";

/**
 * Evaluates `template` over `scope`. The `value` of a template that is nothing but a stored body is not read. Throws
 * nothing but `BodyAway`. Problems: `null_in_text`, `not_a_boolean`, `not_comparable`,
 * `not_a_member_key`, `unknown_name`, `secret_outside_call`, `result_too_large` (5 MiB), `json_too_deep`, `too_much_work`.
 */
export function evaluateTemplate(template: Template, scope: Scope): Evaluated {
  if (template.type === "literal") return { ok: true, value: template.value };
  try {
    const work = scope.work ?? newWork();
    const stored = storedBy(template, scope, work);
    if (stored === null) return { ok: true, value: evaluateIn(template, scope, work) };
    const evaluated = { ok: true, value: null } as const;
    placeStored(evaluated, "value", stored);
    return evaluated;
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}
