// Counts a value that goes into a result.

import type { Json } from "../../value/json.ts";
import { limits } from "../../value/limits.ts";
import { holdsMembers, storedAt } from "../../value/stored-body.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { spendSize, type Work } from "./work.ts";

/**
 * Spends about the size of `value` as JSON text, and stops early when it is too large, or nested deeper than what is
 * recorded may be. It stands `depth` objects and lists deep.
 */
export function spendValue(value: Json, work: Work, depth = 0): void {
  spendSize(work, typeof value === "string" ? value.length + 2 : 4);
  if (typeof value !== "object" || value === null) return;
  if (depth >= limits.json_depth) {
    throw new EvaluationError("json_too_deep", `the result is nested deeper than ${limits.json_depth}`);
  }
  if (Array.isArray(value)) {
    if (!holdsMembers(value)) for (const entry of value) spendValue(entry, work, depth + 1);
    else for (const key of value.keys()) spendMember(value, key, work, depth + 1);
    return;
  }
  for (const key of Object.keys(value)) {
    spendSize(work, key.length + 4);
    spendMember(value, key, work, depth + 1);
  }
}

/** What stands elsewhere is counted as it is known, unread. */
function spendMember(holder: object, key: string | number, work: Work, depth: number): void {
  const stored = storedAt(holder, key);
  if (stored !== null) spendSize(work, stored.body.size);
  else spendValue((holder as Readonly<Record<string | number, Json>>)[key] as Json, work, depth);
}
