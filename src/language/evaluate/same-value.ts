// Deep equality of values within a bound of work.

import { isJsonObject, type Json, member } from "../../value/json.ts";
import { spendSteps, type Work } from "./work.ts";

const charactersPerStep = 256;

/** As `equalJson`, but throws EvaluationError `too_much_work` rather than compare without end. */
export function sameValue(a: Json, b: Json, work: Work): boolean {
  spendSteps(work, 1);
  if (a === b) return true;
  if (typeof a === "string" && typeof b === "string") {
    spendSteps(work, a.length / charactersPerStep);
    return false;
  }
  if (typeof a === "number" || typeof a === "bigint") {
    // biome-ignore lint/suspicious/noDoubleEquals: a big integer and a double that are the same number are equal
    return (typeof b === "number" || typeof b === "bigint") && a == b;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((entry, index) => sameValue(entry, b[index] as Json, work));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  spendSteps(work, keys.length);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => {
    const other = member(b, key);
    return other !== undefined && sameValue(a[key] as Json, other, work);
  });
}
