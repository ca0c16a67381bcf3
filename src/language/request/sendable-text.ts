// What a request may have as text.

import { EvaluationError } from "../evaluate/evaluation-error.ts";

/**
 * `text`, or EvaluationError `not_a_text` when it has half of a surrogate pair: an encoder of UTF-8 (RFC 3629, section 3) would
 * send U+FFFD in its place. `what` names it in the message.
 */
export function sendableText(text: string, what: string): string {
  if (text.isWellFormed()) return text;
  throw new EvaluationError("not_a_text", `${what} has half of a surrogate pair, which is no text`);
}
