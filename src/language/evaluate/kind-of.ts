// What kind of value it is, in words for messages.

import type { Json } from "../../value/json.ts";

export function kindOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "boolean":
      return "a boolean";
    case "string":
      return "a text";
    case "object":
      return "an object";
    default:
      return "a number";
  }
}
