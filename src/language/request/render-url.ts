// The address of a request: evaluated, with secrets as references.

import type { Json } from "../../value/json.ts";
import { evaluateOne } from "../evaluate/evaluate-one.ts";
import { EvaluationError } from "../evaluate/evaluation-error.ts";
import { textOf } from "../evaluate/text-of.ts";
import type { Work } from "../evaluate/work.ts";
import type { Expression, Scope } from "../expression.ts";
import type { RecordedPart, RecordedText } from "../recorded-request.ts";
import { textParts } from "../template/text-parts.ts";
import type { Template, TextPart } from "../template.ts";
import { checkUrl } from "./check-url.ts";
import { recordedText } from "./recorded-text.ts";
import {
  checkSegments,
  encodeValue,
  newUrlWriter,
  type UrlWriter,
  writeLiteral,
  writeUnknownBeginning,
  writeValue,
} from "./url-writer.ts";

/** Stands for a secret in the text that is checked: it is no part of any name, and no dot. */
const unknown = "\u0000";

/** Throws EvaluationError `null_in_text`, `invalid_url`. What a secret makes of it is checked when it is filled. */
export function renderUrl(template: Template, scope: Scope, work: Work): RecordedText {
  const writer = newUrlWriter();
  const parts = textParts(template).map((part, index) => renderUrlPart(part, index, writer, scope, work));
  checkSegments(writer);
  const url = recordedText(parts);
  if (typeof url === "string") checkUrl(url);
  return url;
}

function renderUrlPart(
  part: TextPart,
  index: number,
  writer: UrlWriter,
  scope: Scope,
  work: Work,
): RecordedPart {
  if (typeof part === "string") {
    writeLiteral(writer, part);
    return part;
  }
  if ("secret" in part) return renderSecret(part.secret, index, writer);
  const value = evaluateOne(part, scope, work);
  if (index > 0) {
    const encoded = encodeValue(writer, textOf(value, part.source, work), `\`${part.source}\``);
    writeValue(writer, encoded);
    return encoded;
  }
  const text = beginning(value, part, work);
  writeLiteral(writer, text);
  return text;
}

function beginning(value: Json, part: Expression, work: Work): string {
  if (typeof value === "string") return textOf(value, part.source, work);
  const found = value === null ? "null" : "not a text";
  throw new EvaluationError(
    value === null ? "null_in_text" : "invalid_url",
    `\`${part.source}\` must give the URL, and is ${found}`,
  );
}

function renderSecret(secret: string, index: number, writer: UrlWriter): RecordedPart {
  if (index === 0) {
    writeUnknownBeginning(writer);
    return { secret, encode: "none" };
  }
  const inHost = writer.region === "host";
  encodeValue(writer, "", `\`secrets.${secret}\``);
  writeValue(writer, unknown);
  return { secret, encode: inHost ? "none" : "uri" };
}
