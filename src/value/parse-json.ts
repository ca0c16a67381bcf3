// Reads JSON text without losing integers, and refuses what JSON.parse would bend.

import { exactNumber } from "./exact-number.ts";
import type { Json } from "./json.ts";
import { limits } from "./limits.ts";

export type ParsedJson =
  | { readonly ok: true; readonly value: Json }
  | {
      readonly ok: false;
      readonly code: "invalid_json" | "number_out_of_range" | "unsafe_key" | "json_too_deep";
      readonly message: string;
    };

/**
 * A number that begins with sixteen digits, or with seven and has an exponent, or has an exponent from 10 on: only then can it be
 * as large as 2^53. What stands before the number keeps ids and keys, which are strings of digits and letters, from the slow way.
 */
const maybeLarge = /(?:^|[\s:,[])-?(?:\d{16}|\d{7,}(?:\.\d+)?[eE]\+?\d|\d+(?:\.\d+)?[eE]\+?0*[1-9]\d)/;
const maybeUnsafe = /__proto__|constructor|prototype|\\u/;

interface SourceContext {
  readonly source?: string;
}
type SourceReviver = (key: string, value: unknown, context: SourceContext) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: SourceReviver) => Json;

class OutOfRange extends Error {}

function exact(_key: string, value: unknown, context: SourceContext): unknown {
  if (typeof value !== "number") return value;
  if (!Number.isFinite(value)) throw new OutOfRange(context.source ?? "");
  return exactNumber(value, context.source ?? "");
}

/**
 * Parses JSON text. `keys` says which object keys are refused: `strict` (what a caller sends us) refuses `__proto__`,
 * `constructor` and `prototype`; `data` (what a service answers) refuses `__proto__` only; `ours` is what this program
 * wrote itself: it wraps data that are as deep as they may be, so no key and no depth is refused.
 * Errors: `invalid_json`, `number_out_of_range` (beyond a double), `unsafe_key`, `json_too_deep`.
 */
export function parseJson(text: string, keys: "strict" | "data" | "ours"): ParsedJson {
  if (keys !== "ours" && isTooDeep(text)) {
    return { ok: false, code: "json_too_deep", message: `it is nested deeper than ${limits.json_depth}` };
  }
  let value: Json;
  try {
    value = maybeLarge.test(text) ? parseWithSource(text, exact) : (JSON.parse(text) as Json);
  } catch (error) {
    if (error instanceof OutOfRange) {
      return {
        ok: false,
        code: "number_out_of_range",
        message: `the number ${error.message} is beyond a double`,
      };
    }
    return { ok: false, code: "invalid_json", message: (error as Error).message };
  }
  if (keys !== "ours" && maybeUnsafe.test(text)) {
    const key = findUnsafeKey(value, keys);
    if (key !== null)
      return { ok: false, code: "unsafe_key", message: `an object may not have the key "${key}"` };
  }
  return { ok: true, value };
}

/** What is not nested deeper than this may be walked by recursion everywhere. Brackets within strings do not count. */
function isTooDeep(text: string): boolean {
  if (text.length < 2 * limits.json_depth) return false;
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 0x5c) index++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) {
      inString = true;
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > limits.json_depth) return true;
    } else if (code === 0x5d || code === 0x7d) {
      depth--;
    }
  }
  return false;
}

/** The first refused key anywhere in `value`, or null. */
export function findUnsafeKey(value: Json, keys: "strict" | "data"): string | null {
  const open: Json[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== "object" || next === null) continue;
    if (Array.isArray(next)) {
      for (const entry of next) open.push(entry);
      continue;
    }
    for (const [key, entry] of Object.entries(next)) {
      if (key === "__proto__") return key;
      if (keys === "strict" && (key === "constructor" || key === "prototype")) return key;
      open.push(entry);
    }
  }
  return null;
}
