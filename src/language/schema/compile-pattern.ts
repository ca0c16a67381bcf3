// Compiles a pattern for an engine whose time is linear in the text.

import { RE2JS, RE2JSException } from "re2js";
import { limits } from "../../value/limits.ts";
import type { Pattern } from "./keyword.ts";
import { patternSize } from "./pattern-size.ts";
import type { SchemaSet } from "./schema-set.ts";

/** Instructions times characters that count as one step of a judgement. */
const workPerStep = 256;

/**
 * The pattern, or null for one that cannot be run: it looks around or back, or it, or all patterns of the set together,
 * are too large. Matching costs the product of the pattern's size and the text's.
 */
export function compilePattern(set: SchemaSet, source: string): Pattern | null {
  const known = set.patterns.get(source);
  if (known !== undefined) return known;
  const pattern = compile(set, source);
  set.patterns.set(source, pattern);
  return pattern;
}

function compile(set: SchemaSet, source: string): Pattern | null {
  const size = patternSize(source);
  set.patternsLeft -= size;
  if (size > limits.pattern_size || set.patternsLeft < 0) return null;
  try {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(source));
    const stepsPerCharacter = compiled.programSize() / workPerStep;
    return { test: (text) => compiled.test(text), cost: (text) => 1 + text.length * stepsPerCharacter };
  } catch (error) {
    if (error instanceof RE2JSException) return null;
    throw error;
  }
}
