// What narrows a list of runs: statuses, a label, times.

import { type RunStatus, runStatuses } from "../run/status.ts";
import { DispatchedError } from "../value/problem.ts";

/** A day (UTC) or a time that says its zone: without one it would mean another time on another machine. */
const timeText = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** Milliseconds since 1970. Errors: `invalid_query`. */
export function timeOf(text: string, name: string): number {
  const at = timeText.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at) && isDay(text.slice(0, 10))) return at;
  throw new DispatchedError(
    "invalid_query",
    `${name} is a day or a time with its zone, such as 2026-01-31 or 2026-01-31T12:00:00Z`,
  );
}

/** Not the 31st of February, which would be taken for the 3rd of March. */
function isDay(day: string): boolean {
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

/** Errors: `invalid_query`. */
export function statusesOf(names: readonly string[]): readonly RunStatus[] {
  const unknown = names.find((name) => !runStatuses.includes(name as RunStatus));
  if (unknown === undefined) return names as readonly RunStatus[];
  throw new DispatchedError("invalid_query", `there is no status ${JSON.stringify(unknown)}`, {
    hint: `one or several of ${runStatuses.join(", ")}`,
  });
}

/** Of `name=value`. Errors: `invalid_query`. */
export function labelOf(text: string): readonly [name: string, value: string] {
  const place = text.indexOf("=");
  if (place > 0) return [text.slice(0, place), text.slice(place + 1)];
  throw new DispatchedError("invalid_query", "label is name=value");
}
