// Events of one append as bytes, and back.

import type { RunEvent } from "../run/event.ts";
import { assert } from "../value/assert.ts";
import type { Json } from "../value/json.ts";
import { parseJson } from "../value/parse-json.ts";
import { stringifyJson } from "../value/stringify-json.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeEvents(events: readonly RunEvent[]): Uint8Array {
  return encodeJson(events as unknown as Json);
}

export function decodeEvents(bytes: Uint8Array): readonly RunEvent[] {
  const value = decodeJson(bytes);
  assert(Array.isArray(value), "a batch is a list of events");
  return value as unknown as readonly RunEvent[];
}

export function encodeJson(value: Json): Uint8Array {
  return encoder.encode(stringifyJson(value));
}

export function decodeJson(bytes: Uint8Array): Json {
  const parsed = parseJson(decoder.decode(bytes), "ours");
  assert(parsed.ok, "stored data is JSON");
  return parsed.value;
}
