// Reads the members of a JSON body one by one, and refuses what is unknown or of another type.

import { isJsonObject, type Json, type JsonObject, member } from "../value/json.ts";
import { DispatchedError } from "../value/problem.ts";

export function invalidBody(message: string, hint?: string): DispatchedError {
  return new DispatchedError("invalid_body", message, hint === undefined ? {} : { hint });
}

/** An object with no members but `names`; no body is one without members. Errors: `invalid_body`. */
export function objectOf(value: Json, what: string, names: readonly string[]): JsonObject {
  if (value === null) return {};
  if (!isJsonObject(value)) throw invalidBody(`${what} is an object`);
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown === undefined) return value;
  throw invalidBody(`${what} has no member ${JSON.stringify(unknown)}`, `it takes ${names.join(", ")}`);
}

export function textOf(object: JsonObject, name: string): string | undefined {
  const value = member(object, name) ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw invalidBody(`${name} is text`);
}

export function textsOf(object: JsonObject, name: string): readonly string[] | undefined {
  const value = member(object, name) ?? undefined;
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((entry) => typeof entry === "string")) return value as string[];
  throw invalidBody(`${name} is a list of texts`);
}

/** A whole number from 1. */
export function versionOf(object: JsonObject, name: string): number | undefined {
  const value = member(object, name) ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value;
  throw invalidBody(`${name} is a whole number from 1`);
}
