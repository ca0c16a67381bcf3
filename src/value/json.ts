// JSON values as the whole product passes them around.

/**
 * A JSON value. Integers beyond 2^53 are `bigint`, so that they stay exact; every other number is a finite double.
 * Objects are read by own members only; nothing may be assigned to one by a computed key.
 */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The own member `key` of `value`, or undefined. Inherited members do not exist for us. */
export function member(value: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}
