// Writes a JSON value as text, big integers included.

import type { Json } from "./json.ts";
import { demand, storedIn } from "./stored-body.ts";

/** Compact JSON text of `value`. A big integer is written as its digits. Throws one `BodyAway` for all that is not at hand. */
export function stringifyJson(value: Json): string {
  try {
    return JSON.stringify(value);
  } catch {
    demand(storedIn(value));
    // JSON.stringify knows no big integers, and they are rare.
    const holders = new Set<Json>();
    holdsBigInteger(value, holders);
    return write(value, holders);
  }
}

/** Adds the objects and lists of `value` that have a big integer anywhere in them to `holders`. */
function holdsBigInteger(value: Json, holders: Set<Json>): boolean {
  if (typeof value === "bigint") return true;
  if (typeof value !== "object" || value === null) return false;
  for (const entry of Object.values(value)) {
    if (holdsBigInteger(entry, holders)) holders.add(value);
  }
  return holders.has(value);
}

function write(value: Json, holders: ReadonlySet<Json>): string {
  if (typeof value === "bigint") return value.toString();
  if (!holders.has(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((entry) => write(entry, holders)).join(",")}]`;
  const members = Object.entries(value as { readonly [key: string]: Json }).map(
    ([key, entry]) => `${JSON.stringify(key)}:${write(entry, holders)}`,
  );
  return `{${members.join(",")}}`;
}
