// Where values of secrets stand in a text, in whichever form.

import type { Work } from "../slices.ts";
import { type Needle, needlesOf } from "./needles-of.ts";
import { escapings, sign } from "./read-escape.ts";
import { Scanner } from "./scan-text.ts";
import { type Span, Spans } from "./spans.ts";
import { blockLength, hasEscapes, unescapeText } from "./unescape-text.ts";

export interface Hidden {
  readonly name: string;
  readonly value: string;
}

export interface Finder {
  /** The spans do not overlap, and come in order. */
  find(text: string): Work<readonly Span[]>;
  /** False where that finds nothing, as is seen at once. */
  mayFind(text: string): boolean;
}

/** Escapes of escapes are taken off so often: JSON within JSON, an address within a form. */
const depthMax = 2;
const base64Character = /[A-Za-z0-9+/_-]/;

/** A text with fewer escapes than the one below, which is the whole text at last. */
interface Layer {
  readonly text: string;
  readonly below: Layer | null;
  /** Offset in the text below, of an offset here. */
  readonly from: (offset: number) => number;
  readonly depth: number;
  /** What was unescaped to come here is at most percent-encoding. */
  readonly uri: boolean;
}

interface NamedNeedle extends Needle {
  readonly name: string;
}

/** Values shorter than `lengthMin` are not looked for. */
export function finderOf(secrets: readonly Hidden[], lengthMin: number): Finder {
  const needles = secrets
    .filter(({ value }) => value.length >= lengthMin)
    .flatMap(({ name, value }) => needlesOf(value, lengthMin).map((needle) => ({ ...needle, name })));
  const shortest = needles.reduce(
    (least, { text }) => Math.min(least, text.length),
    Number.POSITIVE_INFINITY,
  );
  const scanner = new Scanner<NamedNeedle>(needles);
  function* look(layer: Layer, spans: Spans): Work<void> {
    if (layer.text.length < shortest) return;
    yield* scanner.scan(layer.text, (needle, start, end) => {
      const span = spanOf(layer, needle, start, end);
      if (span !== null) spans.add(span);
    });
    if (layer.depth === depthMax) return;
    for (const escaping of escapings) {
      const unescaped = yield* unescapeText(layer.text, escaping);
      if (unescaped === null) continue;
      const uri = layer.uri && escaping === "percent";
      yield* look({ ...unescaped, below: layer, depth: layer.depth + 1, uri }, spans);
    }
  }
  return {
    *find(text) {
      const spans = new Spans();
      yield* look({ text, below: null, from: (offset) => offset, depth: 0, uri: true }, spans);
      return yield* spans.merged();
    },
    mayFind(text) {
      if (text.length < shortest) return false;
      if (text.length > blockLength) return true;
      return (sign.test(text) && escapings.some((one) => hasEscapes(text, one))) || scanner.begins(text);
    },
  };
}

/** Null for one that the text below has as well: nothing in it is escaped. */
function spanOf(layer: Layer, needle: NamedNeedle, start: number, end: number): Span | null {
  const { text, before, after, exact, name } = needle;
  let first = before && isBase64(layer.text, start - 1) ? start - 1 : start;
  let last = after ? pastPadding(layer.text, isBase64(layer.text, end) ? end + 1 : end) : end;
  const whole = exact && layer.uri && end - start === text.length;
  for (let { from, below, depth } = layer; below !== null; { from, below, depth } = below) {
    const [firstBelow, lastBelow] = [from(first), from(last)];
    if (depth === layer.depth && lastBelow - firstBelow === last - first) return null;
    [first, last] = [firstBelow, lastBelow];
  }
  return { start: first, end: last, name, exact: whole };
}

function isBase64(text: string, at: number): boolean {
  return base64Character.test(text.charAt(at));
}

function pastPadding(text: string, at: number): number {
  return text.startsWith("==", at) ? at + 2 : text.startsWith("=", at) ? at + 1 : at;
}
