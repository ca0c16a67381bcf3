// Cursors of lists: the key of the last row shown, as opaque text.

import type { Page } from "../ports/store.ts";
import { DispatchedError } from "../value/problem.ts";

/** Behind every id. */
export const lastId = "~";

export function encodeCursor(key: readonly string[]): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/** The key in a cursor of `length` parts. Errors: `invalid_cursor`. */
export function decodeCursor(cursor: string, length: number): readonly string[] {
  const key = parse(Buffer.from(cursor, "base64url").toString());
  const isKey = Array.isArray(key) && key.length === length && key.every((part) => typeof part === "string");
  // Several texts decode to the same bytes: only the one that was given is taken.
  if (isKey && encodeCursor(key) === cursor) return key;
  throw notOurs();
}

/** The first `limit` of them; `found` holds one more where there are more. */
export function pageOf<Row>(
  found: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly string[],
): Page<Row> {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, next: found.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null };
}

/** Of a cursor that is one whole number. Errors: `invalid_cursor`. */
export function numberOfCursor(cursor: string): number {
  const [text = ""] = decodeCursor(cursor, 1);
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw notOurs();
}

function notOurs(): DispatchedError {
  return new DispatchedError("invalid_cursor", "the cursor is not one that this list gave", {
    hint: "use the cursor of the page before, with the same filters, or none",
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
