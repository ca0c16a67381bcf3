// What a service's answer may tell the engine to do with the step: the response header `Dispatched-Directive`.

import { DisplayString, parseItem, Token } from "structured-headers";

export type Directive =
  | { readonly type: "retry"; readonly afterMs: number | null }
  | { readonly type: "fail"; readonly reason: string | null }
  | { readonly type: "poll"; readonly afterMs: number | null; readonly url: string | null }
  | { readonly type: "skip" }
  | { readonly type: "complete" };

type Parameters = ReadonlyMap<string, unknown>;

/** Longer than a year, so that a service can say "in a year" in a leap year too. */
const afterSecondsMax = 366 * 86_400;

/**
 * Reads an item with parameters (RFC 9651, section 3.3): `retry;after=30`, `fail;reason="no stock"`,
 * `poll;after=5;url="/jobs/1"`, `skip`, `complete`. `after` is an integer or decimal in seconds, from 0 to 366 days.
 * A `reason` may be a display string. Null for other words, and for a known parameter of another type or out of
 * bounds; other parameters are ignored (RFC 9651, section 2.1).
 */
export function parseDirective(header: string): Directive | null {
  const item = readItem(header);
  if (item === null) return null;
  const [word, parameters] = item;
  const afterMs = readAfter(parameters.get("after"));
  switch (word) {
    case "retry":
      return afterMs === undefined ? null : { type: "retry", afterMs };
    case "fail": {
      const reason = readReason(parameters.get("reason"));
      return reason === undefined ? null : { type: "fail", reason };
    }
    case "poll": {
      const url = readText(parameters.get("url"));
      return afterMs === undefined || url === undefined ? null : { type: "poll", afterMs, url };
    }
    case "skip":
    case "complete":
      return { type: word };
    default:
      return null;
  }
}

function readItem(header: string): readonly [string, Parameters] | null {
  try {
    const [value, parameters] = parseItem(header);
    return value instanceof Token ? [value.toString(), parameters] : null;
  } catch {
    // Whatever the parser throws, the header is none: a service's mistake must not stop the engine.
    return null;
  }
}

/** Null when absent, undefined when wrong. */
function readAfter(value: unknown): number | null | undefined {
  if (value === undefined) return null;
  if (typeof value !== "number" || value < 0 || value > afterSecondsMax) return undefined;
  return Math.max(0, Math.round(value * 1000));
}

function readText(value: unknown): string | null | undefined {
  if (value === undefined) return null;
  return typeof value === "string" ? value : undefined;
}

function readReason(value: unknown): string | null | undefined {
  return value instanceof DisplayString ? value.toString() : readText(value);
}
