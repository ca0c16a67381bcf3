// Writes a JSON value as text, big integers included.

import type { Json } from "./json.ts";

/** Compact JSON text of `value`. A big integer is written as its digits. */
export function stringifyJson(value: Json): string {
  return containsBigInt(value) ? write(value) : JSON.stringify(value);
}

function containsBigInt(value: Json): boolean {
  if (typeof value === "bigint") return true;
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(containsBigInt);
  for (const key in value) {
    const entry = (value as { readonly [key: string]: Json })[key];
    if (entry !== undefined && containsBigInt(entry)) return true;
  }
  return false;
}

function write(value: Json): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  const members = Object.entries(value).map(([key, entry]) => `${JSON.stringify(key)}:${write(entry)}`);
  return `{${members.join(",")}}`;
}
