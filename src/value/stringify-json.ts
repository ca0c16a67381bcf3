// Writes a JSON value as text, big integers included.

import type { Json } from "./json.ts";

/** Compact JSON text of `value`. A big integer is written as its digits. */
export function stringifyJson(value: Json): string {
  try {
    return JSON.stringify(value);
  } catch {
    // JSON.stringify knows no big integers, and they are rare.
    return write(value);
  }
}

function write(value: Json): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  const members = Object.entries(value).map(([key, entry]) => `${JSON.stringify(key)}:${write(entry)}`);
  return `{${members.join(",")}}`;
}
