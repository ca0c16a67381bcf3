// The secrets that a recorded request needs.

import type { RecordedRequest, RecordedText } from "./recorded-request.ts";

/** Names of the secrets that stand in `request`, each once. */
export function secretNames(request: RecordedRequest): readonly string[] {
  const names = new Set<string>();
  for (const text of textsOf(request)) {
    if (typeof text === "string") continue;
    for (const part of text) if (typeof part !== "string") names.add(part.secret);
  }
  return [...names];
}

function textsOf({ url, query, headers, body, auth }: RecordedRequest): readonly RecordedText[] {
  const pairs = [...query, ...headers].map(([, value]) => value);
  const bodies =
    body === null ? [] : body.type === "text" ? [body.value] : body.holes.map((hole) => hole.text);
  const auths = auth === null ? [] : auth.type === "bearer" ? [auth.token] : [auth.username, auth.password];
  return [url, ...pairs, ...bodies, ...auths];
}
