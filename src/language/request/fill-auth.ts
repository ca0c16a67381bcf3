// What `auth` becomes at the moment of the call: a header, or what is still to be made of the whole request.

import { base64 } from "../../value/base64.ts";
import { EvaluationError } from "../evaluate/evaluation-error.ts";
import type { RecordedAuth } from "../recorded-request.ts";
import type { LaterAuth } from "../request-template.ts";
import { fillText, type Secrets } from "./fill-text.ts";

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

/** RFC 7617, section 2, with UTF-8; RFC 6750, section 2.1. Throws EvaluationError `secret_missing`, `invalid_header`. */
export function fillAuth(auth: RecordedAuth | null, secrets: Secrets): Filled {
  if (auth === null) return { header: null, later: null };
  if (auth.type === "bearer") return { header: `Bearer ${fillText(auth.token, secrets)}`, later: null };
  if (auth.type !== "basic") {
    const texts = Object.entries(auth.texts).map(([name, text]) => [name, fillText(text, secrets)]);
    return { header: null, later: { type: auth.type, texts: Object.fromEntries(texts) } };
  }
  const username = fillText(auth.username, secrets);
  if (username.includes(":"))
    throw new EvaluationError("invalid_header", "a user name of `auth` may not have a colon");
  return { header: `Basic ${base64(`${username}:${fillText(auth.password, secrets)}`)}`, later: null };
}
