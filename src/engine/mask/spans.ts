// Parts of a text that must not be shown, put in order.

import type { Work } from "../slices.ts";

/** A part of the text that must not be shown. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  /** It is the whole value, as it is or percent-encoded. */
  readonly exact: boolean;
}

/** Spans that begin in the same so many characters of the text are put in order at once. */
const stretch = 4_096;

export class Spans {
  /** By where they begin. */
  readonly #stretches: Span[][] = [];
  #count = 0;

  add(span: Span): void {
    const place = Math.floor(span.start / stretch);
    while (this.#stretches.length <= place) this.#stretches.push([]);
    (this.#stretches[place] as Span[]).push(span);
    this.#count++;
  }

  /** What overlaps becomes one, under the name of the longest: a secret may contain another. */
  *merged(): Work<readonly Span[]> {
    const whole: Span[] = [];
    if (this.#count === 0) return whole;
    let longest = 0;
    for (const [place, spans] of this.#stretches.entries()) {
      spans.sort((a, b) => a.start - b.start || b.end - a.end || Number(b.exact) - Number(a.exact));
      for (const span of spans) longest = merge(whole, span, longest);
      this.#stretches[place] = [];
      if (spans.length > 0) yield;
    }
    return whole;
  }
}

/** `longest`: of what the last of `whole` was made of; that of the last then is given back. */
function merge(whole: Span[], span: Span, longest: number): number {
  const last = whole.at(-1);
  const length = span.end - span.start;
  if (last === undefined || span.start >= last.end) {
    whole.push(span);
    return length;
  }
  if (span.end <= last.end && length <= longest) return longest;
  const { name } = length > longest ? span : last;
  whole[whole.length - 1] = { start: last.start, end: Math.max(span.end, last.end), name, exact: false };
  return Math.max(longest, length);
}
