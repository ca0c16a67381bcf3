// What the engine refused of a body, sorted to the fields where it lies.

import { ClientError } from "dispatched/client";
import type { FormField } from "./schema-fields.ts";

interface BodyProblem {
  /** JSON Pointer into the body. */
  readonly pointer: string;
  readonly keyword?: string;
  readonly message: string;
}

interface PlacedProblems {
  readonly byField: Readonly<Record<string, string>>;
  /** Of the body as a whole, or of members that have no field. */
  readonly others: readonly string[];
}

const missing = /^the member `(.+?)` is missing/;

/** Null for an error that says nothing of the body. */
export function placeProblems(error: unknown, fields: readonly FormField[]): PlacedProblems | null {
  if (!(error instanceof ClientError) || error.code !== "schema_mismatch") return null;
  const problems = (error.problem?.problems ?? []) as readonly BodyProblem[];
  const byField: Record<string, string> = {};
  const others: string[] = [];
  for (const { pointer, message } of problems) {
    const first = pointer.split("/")[1]?.replaceAll("~1", "/").replaceAll("~0", "~");
    const name = first ?? missing.exec(message)?.[1] ?? "";
    const rest = first === undefined ? "" : pointer.slice(pointer.indexOf("/", 1)).slice(first.length);
    const told = rest.startsWith("/") ? `${rest}: ${message}` : message;
    if (fields.some((field) => field.name === name)) byField[name] ??= told;
    else others.push(pointer === "" ? message : `${pointer}: ${message}`);
  }
  return { byField, others };
}
