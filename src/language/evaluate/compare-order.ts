// Which of two values comes first.

import type { Json } from "../../value/json.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { kindOf } from "./kind-of.ts";
import { spendSteps, type Work } from "./work.ts";

const charactersPerStep = 64;

/**
 * Below, above or at 0, for two numbers or two texts; texts by code point. Throws EvaluationError `not_comparable` for
 * anything else.
 */
export function compareOrder(a: Json, b: Json, work: Work): number {
  if (typeof a === "string" && typeof b === "string") {
    spendSteps(work, Math.min(a.length, b.length) / charactersPerStep);
    return compareTexts(a, b);
  }
  const numbers =
    (typeof a === "number" || typeof a === "bigint") && (typeof b === "number" || typeof b === "bigint");
  if (numbers) return a < b ? -1 : a > b ? 1 : 0;
  const message = `only two numbers or two texts have an order, not ${kindOf(a)} and ${kindOf(b)}`;
  throw new EvaluationError("not_comparable", message);
}

/** UTF-16 puts the code points beyond U+FFFF (surrogates) before U+E000 to U+FFFF: here they come after. */
function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left === right) continue;
    const leftHigh = isSurrogate(left);
    return leftHigh === isSurrogate(right) ? left - right : leftHigh ? 1 : -1;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
