// The secrets that a recorded request needs.

import { storedAt } from "../value/stored-body.ts";
import type {
  RecordedAuth,
  RecordedBody,
  RecordedPart,
  RecordedRequest,
  RecordedText,
} from "./recorded-request.ts";

const nothing: readonly string[] = [];

/** Names of the secrets that stand in `request`, each once. */
export function secretNames({ url, query, headers, body, auth }: RecordedRequest): readonly string[] {
  // Of every call, and most have none: no list is made of what has no secret.
  let names = namesIn(url, null);
  for (const [, value] of query) names = namesIn(value, names);
  for (const [, value] of headers) names = namesIn(value, names);
  if (body !== null) for (const text of textsOfBody(body)) names = namesIn(text, names);
  for (const text of textsOfAuth(auth)) names = namesIn(text, names);
  return names === null ? nothing : [...names];
}

/** Of those, the ones that stand in `auth`. */
export function secretNamesOfAuth({ auth }: RecordedRequest): readonly string[] {
  let names: Set<string> | null = null;
  for (const text of textsOfAuth(auth)) names = namesIn(text, names);
  return names === null ? nothing : [...names];
}

/** `names` with those in `text`; null for none. */
function namesIn(text: RecordedText, names: Set<string> | null): Set<string> | null {
  if (typeof text === "string") return names;
  let all = names;
  for (let place = 0; place < text.length; place++) {
    // What stands apart is text.
    const part = storedAt(text, place) === null ? (text[place] as RecordedPart) : "";
    if (typeof part === "string") continue;
    all ??= new Set();
    all.add(part.secret);
  }
  return all;
}

function textsOfAuth(auth: RecordedAuth | null): readonly RecordedText[] {
  if (auth === null) return nothing;
  if (auth.type === "bearer") return [auth.token];
  return auth.type === "basic" ? [auth.username, auth.password] : Object.values(auth.texts);
}

function textsOfBody(body: RecordedBody): readonly RecordedText[] {
  switch (body.type) {
    case "json":
      return body.holes.map((hole) => hole.text);
    case "text":
      // What stands apart as a whole has no secret in it: texts with secrets are lists.
      return storedAt(body, "value") === null ? [body.value] : nothing;
    case "base64":
      return [];
    case "form":
      return body.fields.map(([, value]) => value);
    case "multipart":
      return body.parts.flatMap(({ filename, contentType, content }) => [
        filename ?? "",
        contentType ?? "",
        ...textsOfBody(content),
      ]);
  }
}
