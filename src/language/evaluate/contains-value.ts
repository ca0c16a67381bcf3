// The operator `in`: member of a list, key of an object, part of a text.

import { isJsonObject, type Json } from "../../value/json.ts";
import { containsText } from "./contains-text.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { kindOf } from "./kind-of.ts";
import { sameValue } from "./same-value.ts";
import { spendSteps, type Work } from "./work.ts";

const charactersPerStep = 64;

/** Throws EvaluationError `not_comparable` when `whole` contains nothing or cannot contain a `part` of that kind. */
export function containsValue(whole: Json, part: Json, work: Work): boolean {
  if (Array.isArray(whole)) return whole.some((entry) => sameValue(entry, part, work));
  if (isJsonObject(whole) && typeof part === "string") return Object.hasOwn(whole, part);
  if (typeof whole === "string" && typeof part === "string") {
    spendSteps(work, (whole.length + part.length) / charactersPerStep);
    return containsText(whole, part);
  }
  const message = `\`in\` looks for ${kindOf(part)} in ${kindOf(whole)}: it takes a list, an object and a key, or two texts`;
  throw new EvaluationError("not_comparable", message);
}
