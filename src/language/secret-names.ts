// The secrets that a recorded request needs.

import type { RecordedAuth, RecordedBody, RecordedRequest, RecordedText } from "./recorded-request.ts";

/** Names of the secrets that stand in `request`, each once. */
export function secretNames(request: RecordedRequest): readonly string[] {
  const { url, query, headers, body, auth } = request;
  const names: string[] = [];
  gather(url, names);
  for (const [, value] of query) gather(value, names);
  for (const [, value] of headers) gather(value, names);
  if (body !== null) for (const text of textsOfBody(body)) gather(text, names);
  for (const text of textsOfAuth(auth)) gather(text, names);
  return names;
}

/** Of those, the ones that stand in `auth`. */
export function secretNamesOfAuth({ auth }: RecordedRequest): readonly string[] {
  const names: string[] = [];
  for (const text of textsOfAuth(auth)) gather(text, names);
  return names;
}

function gather(text: RecordedText, names: string[]): void {
  if (typeof text === "string") return;
  for (const part of text) {
    if (typeof part !== "string" && !names.includes(part.secret)) names.push(part.secret);
  }
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
