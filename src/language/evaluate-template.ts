// The value of a template.

import { evaluateIn } from "./evaluate/evaluate-in.ts";
import { problemOf } from "./evaluate/evaluation-error.ts";
import { newWork } from "./evaluate/work.ts";
import type { Scope } from "./expression.ts";
import type { Template } from "./template.ts";
import type { Evaluated } from "./workflow.ts";

/**
 * Evaluates `template` over `scope`. Never throws. Problems: `null_in_text`, `not_a_boolean`, `not_comparable`,
 * `not_a_member_key`, `unknown_name`, `secret_outside_call`, `result_too_large` (5 MiB), `json_too_deep`, `too_much_work`.
 */
export function evaluateTemplate(template: Template, scope: Scope): Evaluated {
  if (template.type === "literal") return { ok: true, value: template.value };
  try {
    return { ok: true, value: evaluateIn(template, scope, newWork()) };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}
