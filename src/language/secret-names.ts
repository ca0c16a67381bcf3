// The secrets that a recorded request needs.

import type { RecordedAuth, RecordedBody, RecordedRequest, RecordedText } from "./recorded-request.ts";

/** Names of the secrets that stand in `request`, each once. */
export function secretNames(request: RecordedRequest): readonly string[] {
  return namesIn(textsOf(request));
}

/** Of those, the ones that stand in `auth`. */
export function secretNamesOfAuth({ auth }: RecordedRequest): readonly string[] {
  return namesIn(textsOfAuth(auth));
}

function namesIn(texts: readonly RecordedText[]): readonly string[] {
  const names = new Set<string>();
  for (const text of texts) {
    if (typeof text === "string") continue;
    for (const part of text) if (typeof part !== "string") names.add(part.secret);
  }
  return [...names];
}

function textsOf({ url, query, headers, body, auth }: RecordedRequest): readonly RecordedText[] {
  const pairs = [...query, ...headers].map(([, value]) => value);
  const bodies = body === null ? [] : textsOfBody(body);
  return [url, ...pairs, ...bodies, ...textsOfAuth(auth)];
}

function textsOfAuth(auth: RecordedAuth | null): readonly RecordedText[] {
  if (auth === null) return [];
  if (auth.type === "bearer") return [auth.token];
  return auth.type === "basic" ? [auth.username, auth.password] : Object.values(auth.texts);
}

function textsOfBody(body: RecordedBody): readonly RecordedText[] {
  switch (body.type) {
    case "json":
      return body.holes.map((hole) => hole.text);
    case "text":
      return [body.value];
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
