// The record of a run without what was in it: names, times, counts and codes stay, values do not.

import { isJsonObject, type Json } from "../value/json.ts";

/** Members that are ours and hold no value of the tenant's. */
const plain: ReadonlySet<string> = new Set([
  ...[
    "seq",
    "type",
    "at",
    "step",
    "item",
    "index",
    "attempt",
    "attempts",
    "count",
    "size",
    "version",
    "workflow",
  ],
  ...["run", "status", "kind", "code", "reach", "accepted", "notBefore", "waitUntil", "deadlineAt", "spent"],
  ...["strategy", "compensation", "compensate", "id", "phase", "started", "open", "succeeded", "failed"],
  ...["undone", "skipped", "child", "rerun_of", "seq", "now", "created_at", "started_at", "ended_at"],
  ...["next_attempt_at", "waits_until", "method", "mode", "until"],
]);

/** Members of ours that hold such members. */
const inside: ReadonlySet<string> = new Set([
  "data",
  "answer",
  "failure",
  "error",
  "response",
  "items",
  "failures",
  "parent",
  "steps",
  "request",
  "ending",
  "cause",
]);

export const redactedText = "[redacted]";

/** Whatever is not known to be ours is replaced: lists and objects, too, since their form tells something. */
export function redact(value: Json): Json {
  if (Array.isArray(value)) return value.map((one) => redact(one as Json));
  if (!isJsonObject(value)) return value === null || typeof value === "boolean" ? value : redactedText;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, redactMember(name, member)]),
  );
}

function redactMember(name: string, member: Json): Json {
  const isNested = typeof member === "object" && member !== null;
  // Of a step they are counts; as a list they are what pages brought.
  if (name === "items" && Array.isArray(member)) return redactedText;
  if (!isNested)
    return plain.has(name) || member === null || typeof member === "boolean" ? member : redactedText;
  return inside.has(name) ? redact(member) : redactedText;
}
