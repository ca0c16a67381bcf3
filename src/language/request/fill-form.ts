// A form as the body of a request (WHATWG URL, section 5.2).

import type { RecordedText } from "../recorded-request.ts";
import { fillText, type Secrets } from "./fill-text.ts";

/** Text of `application/x-www-form-urlencoded`. Throws EvaluationError `secret_missing`. */
export function fillForm(
  fields: readonly (readonly [name: string, value: RecordedText])[],
  secrets: Secrets,
): string {
  return fields.map(([name, value]) => `${encode(name)}=${encode(fillText(value, secrets))}`).join("&");
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()~]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}
