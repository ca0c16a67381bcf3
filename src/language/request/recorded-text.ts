// Puts recorded text together.

import type { RecordedPart, RecordedText } from "../recorded-request.ts";

/** `parts` with neighbouring texts joined: one text when no secret is among them. */
export function recordedText(parts: readonly RecordedPart[]): RecordedText {
  const joined: RecordedPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (typeof part === "string" && typeof last === "string") joined[joined.length - 1] = last + part;
    else joined.push(part);
  }
  const [only] = joined;
  if (only === undefined) return "";
  return joined.length === 1 && typeof only === "string" ? only : joined;
}
