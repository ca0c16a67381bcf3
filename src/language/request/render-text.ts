// Texts of a request: evaluated, with secrets as references.

import type { Json } from "../../value/json.ts";
import { evaluateOne } from "../evaluate/evaluate-one.ts";
import { EvaluationError } from "../evaluate/evaluation-error.ts";
import { kindOf } from "../evaluate/kind-of.ts";
import { textOf } from "../evaluate/text-of.ts";
import { spendSize, type Work } from "../evaluate/work.ts";
import type { Scope } from "../expression.ts";
import type { RecordedPart, RecordedText } from "../recorded-request.ts";
import { textParts } from "../template/text-parts.ts";
import type { Template, TextPart } from "../template.ts";
import { recordedText } from "./recorded-text.ts";

/** One text. Throws EvaluationError `null_in_text` for null. */
export function renderText(template: Template, scope: Scope, work: Work): RecordedText {
  if (template.type === "literal" && typeof template.value === "string") return template.value;
  return recordedText(textParts(template).map((part) => renderPart(part, scope, work)));
}

export function renderPart(part: TextPart, scope: Scope, work: Work): RecordedPart {
  if (typeof part === "string") {
    spendSize(work, part.length);
    return part;
  }
  if ("secret" in part) return { secret: part.secret, encode: "none" };
  return textOf(evaluateOne(part, scope, work), part.source, work);
}

/**
 * The texts of a header or of a query parameter: none for null, one for each item of a list. Throws EvaluationError
 * `not_a_text` for an object.
 */
export function renderTexts(
  template: Template,
  scope: Scope,
  work: Work,
  what: string,
): readonly RecordedText[] {
  switch (template.type) {
    case "list":
      return template.items.flatMap((item) => renderTexts(item, scope, work, what));
    case "expression":
      return textsOf(evaluateOne(template.expression, scope, work), work, what);
    case "literal":
      return textsOf(template.value, work, what);
    case "object":
      throw notText(what, "an object");
    default:
      return [renderText(template, scope, work)];
  }
}

function textsOf(value: Json, work: Work, what: string): readonly string[] {
  if (value === null) return [];
  const items: readonly Json[] = Array.isArray(value) ? value : [value];
  return items
    .filter((item) => item !== null)
    .map((item) => {
      if (typeof item === "object") throw notText(what, kindOf(item));
      return textOf(item, what, work);
    });
}

function notText(what: string, found: string): EvaluationError {
  return new EvaluationError(
    "not_a_text",
    `${what} must be a text, a number, a boolean or a list of these, and is ${found}`,
  );
}
