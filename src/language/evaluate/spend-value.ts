// Counts a value that goes into a result.

import type { Json } from "../../value/json.ts";
import { spendSize, type Work } from "./work.ts";

/** Spends about the size of `value` as JSON text, and stops early when it is too large. */
export function spendValue(value: Json, work: Work): void {
  spendSize(work, typeof value === "string" ? value.length + 2 : 4);
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const entry of value) spendValue(entry, work);
    return;
  }
  for (const key of Object.keys(value)) {
    spendSize(work, key.length + 4);
    spendValue((value as { readonly [key: string]: Json })[key] as Json, work);
  }
}
