// A form as the body of a request (WHATWG URL, section 5.2).

import { formEncoded } from "../../value/form-encoded.ts";
import type { RecordedText } from "../recorded-request.ts";
import { fillText, type Secrets } from "./fill-text.ts";
import { sendableText } from "./sendable-text.ts";

/** Text of `application/x-www-form-urlencoded`. Throws EvaluationError `secret_missing`, `not_a_text`. */
export function fillForm(
  fields: readonly (readonly [name: string, value: RecordedText])[],
  secrets: Secrets,
): string {
  return fields
    .map(([name, value]) => {
      const text = fillText(value, secrets);
      return `${encode(name, "the name of a field")}=${encode(text, `field \`${name}\``)}`;
    })
    .join("&");
}

function encode(text: string, what: string): string {
  return formEncoded(sendableText(text, what));
}
