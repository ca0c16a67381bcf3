// What narrows a list of runs: workflow, statuses, a label, times.

import type { RunQuery } from "../engine/engine-api.ts";
import { doings } from "../run/doing.ts";
import { DispatchedError } from "../value/problem.ts";
import { runStatus } from "./schemas/run-schemas.ts";
import { choice, list, type Members, optional, text } from "./typed-schema.ts";

const fields = {
  workflow: optional(text("Name of a workflow")),
  status: optional(list("Statuses", runStatus, { minItems: 1 })),
  doing: optional(
    list("What they are doing: any of these", choice("Kind", [...doings, "overdue"]), { minItems: 1 }),
  ),
  label: optional(text("A label, as name=value")),
  fingerprint: optional(
    text("Failed like the runs of this group, as `listFailures` tells them", { pattern: "^[0-9a-f]{32}$" }),
  ),
  from: optional(text("Made at this day or time, or later: 2026-01-31, or 2026-01-31T12:00:00Z")),
  to: optional(text("Made before this day or time")),
} as const;

/** In the query, and as members of a filter. */
export const runFilterQuery = fields;

/** Errors: `invalid_query`. */
export function runQueryOf(asked: Members<typeof fields>): RunQuery {
  const { workflow, status, doing, label, fingerprint, from, to } = asked;
  return {
    ...(workflow === undefined ? {} : { workflow }),
    ...(status === undefined ? {} : { statuses: status }),
    ...(doing === undefined ? {} : { doing }),
    ...(label === undefined ? {} : { label: labelOf(label) }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(from === undefined ? {} : { createdFrom: timeOf(from, "from") }),
    ...(to === undefined ? {} : { createdTo: timeOf(to, "to") }),
  };
}

/** A day (UTC) or a time that says its zone: without one it would mean another time on another machine. */
const timeText = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** Milliseconds since 1970. Errors: `invalid_query`. */
function timeOf(text: string, name: string): number {
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

/** Of `name=value`. Errors: `invalid_query`. */
function labelOf(text: string): readonly [name: string, value: string] {
  const place = text.indexOf("=");
  if (place > 0) return [text.slice(0, place), text.slice(place + 1)];
  throw new DispatchedError("invalid_query", "label is name=value");
}
