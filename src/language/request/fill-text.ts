// Puts secrets into recorded text.

import { EvaluationError } from "../evaluate/evaluation-error.ts";
import type { RecordedText } from "../recorded-request.ts";

export type Secrets = ReadonlyMap<string, string>;

/** Throws EvaluationError `secret_missing`. */
export function fillText(text: RecordedText, secrets: Secrets): string {
  if (typeof text === "string") return text;
  return text.map((part) => (typeof part === "string" ? part : secretValue(part.secret, secrets))).join("");
}

/** Throws EvaluationError `secret_missing`. */
export function secretValue(name: string, secrets: Secrets): string {
  const value = secrets.get(name);
  if (value === undefined) throw new EvaluationError("secret_missing", `the secret \`${name}\` has no value`);
  return value;
}
