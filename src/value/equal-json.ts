// Deep equality of JSON values.

import { isJsonObject, type Json, member } from "./json.ts";

/** True when both are the same JSON value: numbers by value (1 equals 1.0), objects without regard to order. */
export function equalJson(a: Json, b: Json): boolean {
  if (typeof a === "number" || typeof a === "bigint") {
    // biome-ignore lint/suspicious/noDoubleEquals: a big integer and a double that are the same number are equal
    return (typeof b === "number" || typeof b === "bigint") && a == b;
  }
  if (typeof a !== "object" || a === null) return a === b;
  if (typeof b !== "object" || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((entry, index) => equalJson(entry, b[index] as Json));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => {
    const other = member(b, key);
    return other !== undefined && equalJson(a[key] as Json, other);
  });
}
