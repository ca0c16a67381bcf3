// Reads bodies and payloads of the handshake: JSON objects with just the members that they may have.

import { isJsonObject, type Json, type JsonObject } from "../value/json.ts";
import { parseJson } from "../value/parse-json.ts";

/** `value` as an object that has every member of `required` and none beside `required` and `optional`; else null. */
export function asObject(
  value: Json | undefined,
  required: readonly string[],
  optional: readonly string[] = [],
): JsonObject | null {
  if (!isJsonObject(value)) return null;
  if (!required.every((name) => Object.hasOwn(value, name))) return null;
  return Object.keys(value).every((name) => required.includes(name) || optional.includes(name))
    ? value
    : null;
}

/** The value of JSON text in UTF-8; null when it is neither, too deep, or has keys that callers may not use. */
export function readJsonBytes(bytes: Uint8Array): Json | null {
  try {
    const parsed = parseJson(
      new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes),
      "strict",
    );
    return parsed.ok ? parsed.value : null;
  } catch {
    return null;
  }
}
