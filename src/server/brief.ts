// Runs and events without what is long: bodies, headers, requests and outputs. What lists and timelines need stays.

import { isJsonObject, type Json, type JsonObject } from "../value/json.ts";

/** Members of events that are long, or may be. */
const long: ReadonlySet<string> = new Set([
  ...["request", "body", "headers", "rawBody", "query", "value", "output", "items", "over", "initial"],
  ...["late", "target", "labels", "event", "definition", "traceId", "hosts", "keptKeys", "stored"],
]);

/** Members that are objects of ours, of which the short members stay. */
const inside: ReadonlySet<string> = new Set([
  "failure",
  "cause",
  "answer",
  "result",
  "outcome",
  "trigger",
  "parent",
  "directive",
]);

function withoutLong(object: JsonObject): JsonObject {
  const kept: Record<string, Json> = {};
  for (const [name, value] of Object.entries(object)) {
    if (long.has(name)) continue;
    if (!isJsonObject(value)) kept[name] = value;
    else if (inside.has(name)) kept[name] = withoutLong(value);
  }
  return kept;
}

/** @param event as the API tells it */
export function briefEvent(event: Json): Json {
  const { data = null, ...rest } = event as JsonObject;
  return { ...rest, data: isJsonObject(data) ? withoutLong(data) : data };
}

/** @param run as the API tells it */
export function briefRun(run: Json): Json {
  const { output: _, steps = [], ...rest } = run as JsonObject;
  return { ...rest, output: null, stored: [], steps: (steps as readonly JsonObject[]).map(briefStep) };
}

function briefStep(step: JsonObject): Json {
  const { items = null, compensation = null, error = null } = step;
  return {
    ...step,
    response: null,
    output: null,
    error: briefFailure(error),
    compensation: isJsonObject(compensation)
      ? { ...compensation, response: null, error: briefFailure(compensation["error"] ?? null) }
      : null,
    items: isJsonObject(items) ? { ...items, failures: [] } : null,
  };
}

function briefFailure(failure: Json): Json {
  return isJsonObject(failure) ? { ...failure, headers: null, body: null } : null;
}
