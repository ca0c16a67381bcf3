// What `auth` becomes at the moment of the call: a header, or what is still to be made of the whole request.

import { base64 } from "../../value/base64.ts";
import { EvaluationError } from "../evaluate/evaluation-error.ts";
import type { RecordedAuth, RecordedText } from "../recorded-request.ts";
import type { LaterAuth } from "../request-template.ts";
import { fillText, type Secrets } from "./fill-text.ts";
import { sendableText } from "./sendable-text.ts";

export interface FilledAuth {
  readonly type: LaterAuth;
  /** By the name of the field; what the document leaves out is absent. */
  readonly texts: Readonly<Record<string, string>>;
}

interface Filled {
  /** The value of `authorization`; null for none. */
  readonly header: string | null;
  readonly later: FilledAuth | null;
}

/** RFC 7617, section 2, with UTF-8; RFC 6750, section 2.1. Throws EvaluationError `secret_missing`, `not_a_text`, `invalid_header`. */
export function fillAuth(auth: RecordedAuth | null, secrets: Secrets): Filled {
  if (auth === null) return { header: null, later: null };
  const filled = (name: string, text: RecordedText) =>
    sendableText(fillText(text, secrets), `\`auth.${name}\``);
  if (auth.type === "bearer") return { header: `Bearer ${filled("token", auth.token)}`, later: null };
  if (auth.type !== "basic") {
    const texts = Object.entries(auth.texts).map(([name, text]) => [name, filled(name, text)]);
    return { header: null, later: { type: auth.type, texts: Object.fromEntries(texts) } };
  }
  const username = filled("username", auth.username);
  if (username.includes(":"))
    throw new EvaluationError("invalid_header", "a user name of `auth` may not have a colon");
  return { header: `Basic ${base64(`${username}:${filled("password", auth.password)}`)}`, later: null };
}
