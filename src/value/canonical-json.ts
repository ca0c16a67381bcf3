// One text for equal JSON values: object keys sorted, so that it can be compared and hashed.

import type { Json } from "./json.ts";

/** Canonical JSON text of `value`: keys in code-unit order, no white space (RFC 8785, section 3.2.3, big integers kept). */
export function canonicalJson(value: Json): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const object = value as { readonly [key: string]: Json };
  const members = Object.keys(object)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key] as Json)}`);
  return `{${members.join(",")}}`;
}
