// Checks what the answer to a caller comes after.

import { placeOf } from "../document/place-of.ts";
import { addProblem, type Report } from "../document/report.ts";
import type { WorkflowRead } from "../fields/workflow-fields.ts";
import { didYouMean } from "../shape/closest-name.ts";

/** `respond.after` names a step. */
export function checkAnswers({ values }: WorkflowRead, allIds: readonly string[], report: Report): void {
  for (const trigger of values.triggers ?? []) {
    const respond = trigger.type === "http" ? trigger.read.values.respond : undefined;
    const after = respond?.values.after;
    if (respond === undefined || after === undefined || allIds.includes(after)) continue;
    const { value } = respond.entries.after as { readonly value: Parameters<typeof placeOf>[0] };
    const message = `no step has the id \`${after}\``;
    addProblem(report, "unknown_step", placeOf(value), message, didYouMean(after, allIds));
  }
}
