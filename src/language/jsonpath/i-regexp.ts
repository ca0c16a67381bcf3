// Interoperable regular expressions (RFC 9485) on an engine whose time is linear in the text.

import { RE2JS, RE2JSException } from "re2js";
import { limits } from "../../value/limits.ts";
import { patternSize } from "../schema/pattern-size.ts";

export interface IRegexp {
  /** Instructions of the compiled pattern: matching costs their number times the text's. */
  readonly size: number;
  match(text: string): boolean;
  search(text: string): boolean;
}

/** More often RE2 repeats nothing, and no more often what is repeated within a repetition. */
const repeatMax = 1_000;
/** Said of a pattern that may well be one, and is not compiled. */
export const patternTooLarge = `a pattern has ${limits.pattern_size} instructions at most, and repeats nothing more than ${repeatMax} times, one repetition within another`;
const quantifier = /[*+?]|\{\d+(?:,\d*)?\}/y;
const single = /\\[()*+\-.?[\\\]^nrt{|}]/y;
const category = /\\[pP]\{(?:L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|Z[lps]?|S[ckmo]?|C[cfno]?)\}/y;
const normal = /[^()*+.?[\\\]{|}\ud800-\udfff]|[\ud800-\udbff][\udc00-\udfff]/y;
const classCharacter = /[^\-[\\\]\ud800-\udfff]|[\ud800-\udbff][\udc00-\udfff]/y;

/**
 * The expression, or null when `source` is none: what RFC 9485 leaves out (looking around or back, lazy repetition, `\d`)
 * does not match anything. As in the compliance suite, `^` and `$` are anchors. `too_large`: `patternTooLarge`.
 */
export function compileIRegexp(source: string): IRegexp | "too_large" | null {
  if (patternSize(source) > limits.pattern_size) return "too_large";
  const translated = translate(source);
  if (translated === null) return null;
  try {
    const compiled = RE2JS.compile(translated);
    return {
      size: compiled.programSize(),
      match: (text: string) => compiled.matches(text),
      search: (text: string) => compiled.test(text),
    };
  } catch (error) {
    if (error instanceof RE2JSException) return repeatsTooOften(error, source) ? "too_large" : null;
    throw error;
  }
}

/** Whether RE2 refused no more than how often something is to be repeated. */
function repeatsTooOften(error: RE2JSException, source: string): boolean {
  if (!error.message.includes("repeat count")) return false;
  return ![...source.matchAll(/\{(\d+),(\d+)\}/g)].some(([, least, most]) => Number(least) > Number(most));
}

/** The same for RE2, or null. The only difference in meaning is the dot, which leaves out both ends of a line. */
function translate(source: string): string | null {
  let translated = "";
  let at = 0;
  let depth = 0;
  /** Whether a quantifier may stand here. */
  let afterAtom = false;
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0] ?? null;
    if (found !== null) at += found.length;
    return found;
  };
  while (at < source.length) {
    const character = source.charAt(at);
    const repeated = take(quantifier);
    if (repeated !== null) {
      if (!afterAtom) return null;
      translated += repeated;
      afterAtom = false;
    } else if (character === "(" || character === "|") {
      if (character === "(") depth++;
      translated += character === "(" ? "(?:" : "|";
      at++;
      afterAtom = false;
    } else if (character === ")") {
      if (--depth < 0) return null;
      translated += ")";
      at++;
      afterAtom = true;
    } else if (character === ".") {
      translated += "[^\\n\\r]";
      at++;
      afterAtom = true;
    } else {
      const atom = character === "[" ? takeClass(take) : (take(single) ?? take(category) ?? take(normal));
      if (atom === null) return null;
      translated += atom;
      afterAtom = true;
    }
  }
  return depth === 0 ? translated : null;
}

const classStart = /\[\^?-?/y;
const classEnd = /-?\]/y;
const hyphen = /-/y;

/** `charClassExpr` of RFC 9485, section 3. */
function takeClass(take: (pattern: RegExp) => string | null): string | null {
  let translated = (take(classStart) ?? "").replace("-", "\\-");
  let entries = translated.endsWith("-") ? 1 : 0;
  for (;;) {
    const end = take(classEnd);
    if (end !== null) return entries > 0 ? translated + end.replace("-", "\\-") : null;
    const first = take(category);
    if (first !== null) {
      translated += first;
      entries++;
      continue;
    }
    const from = takeClassCharacter(take);
    if (from === null) return null;
    translated += from;
    entries++;
    const closing = take(classEnd);
    if (closing !== null) return translated + closing.replace("-", "\\-");
    if (take(hyphen) === null) continue;
    const to = takeClassCharacter(take);
    if (to === null) return null;
    translated += `-${to}`;
  }
}

function takeClassCharacter(take: (pattern: RegExp) => string | null): string | null {
  const escaped = take(single);
  if (escaped !== null) return escaped;
  const plain = take(classCharacter);
  return plain === "^" || plain === "&" || plain === "~" ? `\\${plain}` : plain;
}
