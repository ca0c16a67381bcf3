// A line of a text and below it carets under what is wrong with it.

import { columnsOf } from "./columns-of.ts";

/** Of a longer line, as of JSON without line breaks, the part around the problem is shown. */
const shownCharacters = 100;

/** What stands before the line and its carets. */
export const marginWidth = 7;

export interface PlaceInText {
  /** From 1, as the column. */
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** Both behind a margin, in which the first has the line's number. */
export function sourceLines(
  text: string,
  { line, column, length }: PlaceInText,
): readonly [source: string, carets: string] {
  const whole = text.split(/\r?\n/)[line - 1] ?? "";
  const from = whole.length > shownCharacters ? Math.max(0, column - 1 - shownCharacters / 2) : 0;
  const source = whole.slice(from, from + shownCharacters);
  // A tab stays one, so that the caret stands where the problem is.
  const [head, tail] = [source.slice(0, column - 1 - from), source.slice(column - 1 - from)];
  const before = head.replace(/[^\t]+/g, (text) => " ".repeat(columnsOf(text)));
  const marked = Math.max(1, columnsOf(tail.slice(0, length)));
  return [`${String(line).padStart(5)} | ${source}`, `      | ${before}${"^".repeat(marked)}`];
}
