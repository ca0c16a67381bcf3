// How large a value is when it is recorded.

import type { Json, JsonObject } from "./json.ts";

/** About the bytes of `value` as JSON text: characters count as one byte each, escapes not at all. */
export function jsonSize(value: Json): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null) return 8;
  let size = 2;
  if (Array.isArray(value)) {
    for (const entry of value) size += jsonSize(entry) + 1;
    return size;
  }
  // Of each event of each run: `Object.entries` would make a list for each member.
  for (const key of Object.keys(value)) size += key.length + 4 + jsonSize((value as JsonObject)[key] as Json);
  return size;
}
