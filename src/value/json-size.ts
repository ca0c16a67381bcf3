// How large a value is when it is recorded.

import type { Json, JsonObject } from "./json.ts";
import { holdsMembers, storedAt } from "./stored-body.ts";

/** About the bytes of `value` as JSON text: characters count as one byte each, escapes not at all. */
export function jsonSize(value: Json): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null) return 8;
  let size = 2;
  const isPlain = !holdsMembers(value);
  if (Array.isArray(value)) {
    for (let place = 0; place < value.length; place++)
      size += (isPlain ? jsonSize(value[place] as Json) : memberSize(value, place)) + 1;
    return size;
  }
  // Of each event of each run: `Object.entries` would make a list for each member.
  for (const key of Object.keys(value)) {
    const own = isPlain ? jsonSize((value as JsonObject)[key] as Json) : memberSize(value, key);
    size += key.length + 4 + own;
  }
  return size;
}

/** Of one member: a body that stands elsewhere counts in full, and is not read. */
export function memberSize(holder: object, key: string | number): number {
  const stored = storedAt(holder, key);
  return stored === null
    ? jsonSize(((holder as Readonly<Record<string, unknown>>)[key] ?? null) as Json)
    : stored.body.size;
}
