// What the value of a keyword must be, in code and in words.

import { isJsonObject, type Json } from "../../value/json.ts";
import type { KeywordValue } from "./keyword.ts";

const types: ReadonlySet<Json> = new Set([
  "null",
  "boolean",
  "object",
  "array",
  "number",
  "integer",
  "string",
]);

const isText = (value: Json): boolean => typeof value === "string";
const isTexts = (value: Json): boolean =>
  Array.isArray(value) && value.every(isText) && new Set(value).size === value.length;
const isNumber = (value: Json): boolean => typeof value === "number" || typeof value === "bigint";
const isSchema = (value: Json): boolean => typeof value === "boolean" || isJsonObject(value);
const isMapOf = (value: Json, fits: (entry: Json) => boolean): boolean =>
  isJsonObject(value) && Object.values(value).every(fits);

function isTypes(value: Json): boolean {
  return (
    types.has(value) ||
    (isTexts(value) &&
      (value as readonly Json[]).length > 0 &&
      (value as readonly Json[]).every((type) => types.has(type)))
  );
}

const values: Readonly<Record<KeywordValue, readonly [expected: string, fits: (value: Json) => boolean]>> = {
  schema: ["a schema", isSchema],
  schemas: [
    "a list of at least one schema",
    (value) => Array.isArray(value) && value.length > 0 && value.every(isSchema),
  ],
  "schema-map": ["an object of schemas", (value) => isMapOf(value, isSchema)],
  number: ["a number", isNumber],
  "positive-number": ["a number above 0", (value) => isNumber(value) && (value as number) > 0],
  count: [
    "a whole number from 0 on",
    (value) =>
      isNumber(value) && (value as number) >= 0 && (typeof value === "bigint" || Number.isInteger(value)),
  ],
  boolean: ["true or false", (value) => typeof value === "boolean"],
  text: ["a text", isText],
  texts: ["a list of texts, each another", isTexts],
  "texts-map": ["an object of lists of texts", (value) => isMapOf(value, isTexts)],
  pattern: ["a pattern, a text", isText],
  types: ["one or more of `null`, `boolean`, `object`, `array`, `number`, `integer`, `string`", isTypes],
  list: ["a list", (value) => Array.isArray(value)],
  any: ["a value", () => true],
};

/** What is expected when `value` is not what a keyword takes, or null when it is. */
export function expectedInstead(takes: KeywordValue, value: Json): string | null {
  const [expected, fits] = values[takes];
  return fits(value) ? null : expected;
}
