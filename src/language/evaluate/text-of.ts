// The text that a value gives where it stands within other text.

import type { Json } from "../../value/json.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { spendSize, type Work } from "./work.ts";

/**
 * A text as it is, anything else as compact JSON. Throws EvaluationError `null_in_text`: what should stand there when
 * nothing does must be said.
 */
export function textOf(value: Json, source: string, work: Work): string {
  if (value === null) {
    const message = `\`${source}\` is null within a text; say what to use then: \`${source} ?? "none"\``;
    throw new EvaluationError("null_in_text", message);
  }
  const text = typeof value === "string" ? value : stringifyJson(value);
  spendSize(work, text.length);
  return text;
}
