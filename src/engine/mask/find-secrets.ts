// Where values of secrets stand in a text, in whichever form.

import { needlesOf } from "./needles-of.ts";
import { searchFor } from "./search-for.ts";
import { escapings, type Unescaped, unescapeText } from "./unescape-text.ts";

export interface Hidden {
  readonly name: string;
  readonly value: string;
}

/** A part of the text that must not be shown. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  /** It is the whole value, as it is or percent-encoded. */
  readonly exact: boolean;
}

/** Escapes of escapes are taken off so often: JSON within JSON, an address within a form. */
const depthMax = 2;
const base64Character = /[A-Za-z0-9+/_-]/;

interface Layer extends Unescaped {
  readonly below: Layer | null;
  /** What was unescaped to come here is at most percent-encoding. */
  readonly uri: boolean;
}

/** The spans do not overlap, and come in order. Values shorter than `lengthMin` are not looked for. */
export function finderOf(secrets: readonly Hidden[], lengthMin: number): (text: string) => readonly Span[] {
  const needles = secrets
    .filter(({ value }) => value.length >= lengthMin)
    .flatMap(({ name, value }) =>
      needlesOf(value, lengthMin).map((needle) => ({ ...needle, name, search: searchFor(needle.text) })),
    );
  const shortest = Math.min(...needles.map(({ text }) => text.length));
  const look = (layer: Layer, depth: number, spans: Span[]): void => {
    if (layer.text.length < shortest) return;
    for (const { text, before, after, exact, name, search } of needles) {
      for (const { start, end } of search(layer.text)) {
        const first = before && isBase64(layer.text, start - 1) ? start - 1 : start;
        const last = after ? pastPadding(layer.text, isBase64(layer.text, end) ? end + 1 : end) : end;
        const whole = exact && layer.uri && end - start === text.length;
        spans.push({ ...inRoot(layer, first, last), name, exact: whole });
      }
    }
    if (depth === depthMax) return;
    for (const escaping of escapings) {
      const unescaped = unescapeText(layer.text, escaping);
      if (unescaped === null) continue;
      look({ ...unescaped, below: layer, uri: layer.uri && escaping === "percent" }, depth + 1, spans);
    }
  };
  return (text) => {
    const spans: Span[] = [];
    look({ text, from: new Int32Array(), below: null, uri: true }, 0, spans);
    return spans.length < 2 ? spans : merged(spans);
  };
}

function isBase64(text: string, at: number): boolean {
  return base64Character.test(text.charAt(at));
}

function pastPadding(text: string, at: number): number {
  return text.startsWith("==", at) ? at + 2 : text.startsWith("=", at) ? at + 1 : at;
}

function inRoot(layer: Layer, start: number, end: number): { readonly start: number; readonly end: number } {
  if (layer.below === null) return { start, end };
  return inRoot(layer.below, layer.from[start] as number, layer.from[end] as number);
}

/** What overlaps becomes one, under the name of the longest: a secret may contain another. */
function merged(spans: readonly Span[]): readonly Span[] {
  const sorted = spans.toSorted(
    (a, b) => a.start - b.start || b.end - a.end || Number(b.exact) - Number(a.exact),
  );
  const whole: Span[] = [];
  let longest = 0;
  for (const span of sorted) {
    const last = whole.at(-1);
    if (last === undefined || span.start >= last.end) {
      whole.push(span);
      longest = span.end - span.start;
    } else if (span.end > last.end || span.end - span.start > longest) {
      const { name } = span.end - span.start > longest ? span : last;
      longest = Math.max(longest, span.end - span.start);
      whole[whole.length - 1] = { start: last.start, end: Math.max(span.end, last.end), name, exact: false };
    }
  }
  return whole;
}
