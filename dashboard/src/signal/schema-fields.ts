// The fields of a form, made from a JSON Schema: what a person can be asked for member by member.

import { type Json, type JsonObject, stringifyJson } from "dispatched/language";

export type FieldKind = "string" | "number" | "integer" | "choice" | "array" | "object" | "any";

export interface FormField {
  /** The member's name; empty where the whole body is one value. */
  readonly name: string;
  readonly label: string;
  readonly kind: FieldKind;
  readonly required: boolean;
  /** What the schema says about it, and what it bounds. */
  readonly hint: string;
  /** JSON texts to choose from; of `choice` only. */
  readonly choices: readonly string[];
  /** JSON text with which the form begins, or null. */
  readonly initial: string | null;
  /** May be of several lines. */
  readonly long: boolean;
}

const kinds: ReadonlySet<string> = new Set(["string", "number", "integer", "array", "object"]);
const shortMax = 120;

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Follows references within the schema; what leads elsewhere stands for anything. */
function follow(root: Json, schema: Json | undefined, depth = 0): JsonObject {
  if (!isObject(schema)) return {};
  const reference = schema["$ref"];
  if (typeof reference !== "string" || depth > 8) return schema;
  if (!reference.startsWith("#/")) return {};
  let at: Json | undefined = root;
  for (const part of decodeURIComponent(reference.slice(2)).split("/")) {
    at = isObject(at) ? at[part.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined;
  }
  return { ...follow(root, at, depth + 1), ...without(schema, "$ref") };
}

function without({ ...rest }: Record<string, Json>, name: string): JsonObject {
  delete rest[name];
  return rest;
}

function typesOf({ type }: JsonObject): readonly string[] {
  return typeof type === "string" ? [type] : Array.isArray(type) ? (type as string[]) : [];
}

function choicesOf(schema: JsonObject): readonly string[] {
  if (schema["const"] !== undefined) return [stringifyJson(schema["const"])];
  if (Array.isArray(schema["enum"])) return schema["enum"].map((one) => stringifyJson(one));
  const types = typesOf(schema);
  if (types.length === 0 || !types.every((type) => type === "boolean" || type === "null")) return [];
  return ["true", "false", ...(types.includes("null") ? ["null"] : [])];
}

function kindOf(schema: JsonObject): FieldKind {
  if (choicesOf(schema).length > 0) return "choice";
  const [type, ...others] = typesOf(schema).filter((one) => one !== "null");
  return type !== undefined && others.length === 0 && kinds.has(type) ? (type as FieldKind) : "any";
}

const bounds: readonly (readonly [keyword: string, say: (value: string) => string])[] = [
  ["minimum", (value) => `at least ${value}`],
  ["exclusiveMinimum", (value) => `more than ${value}`],
  ["maximum", (value) => `at most ${value}`],
  ["exclusiveMaximum", (value) => `less than ${value}`],
  ["multipleOf", (value) => `a multiple of ${value}`],
  ["minLength", (value) => `${value} or more characters`],
  ["maxLength", (value) => `at most ${value} characters`],
  ["format", (value) => (value === "date-time" ? "such as 2026-01-31T12:00:00Z" : value)],
  ["pattern", (value) => `fits ${value}`],
  ["minItems", (value) => `${value} or more items`],
  ["maxItems", (value) => `at most ${value} items`],
];

function hintOf(schema: JsonObject, kind: FieldKind): string {
  const { description } = schema;
  const said = bounds.flatMap(([keyword, say]) => {
    const value = schema[keyword];
    return ["number", "bigint", "string"].includes(typeof value) ? [say(String(value))] : [];
  });
  if (kind === "array") said.unshift("a list, as JSON");
  if (kind === "object") said.unshift("an object, as JSON");
  if (kind === "any") said.unshift("any JSON; texts in quotes");
  const bound = said.join(", ");
  if (typeof description !== "string" || description === "") return bound;
  return bound === "" ? description : `${description.replace(/[.\s]+$/, "")} (${bound})`;
}

function fieldOf(name: string, schema: JsonObject, required: boolean): FormField {
  const kind = kindOf(schema);
  const choices = choicesOf(schema);
  const { title, default: preset, maxLength } = schema;
  const only = required && schema["const"] !== undefined ? (choices[0] ?? null) : null;
  return {
    name,
    label: typeof title === "string" && title !== "" ? title : name === "" ? "Body" : name,
    kind,
    required,
    hint: hintOf(schema, kind),
    choices,
    initial: preset === undefined ? only : stringifyJson(preset),
    long: kind === "string" && typeof maxLength === "number" && maxLength > shortMax,
  };
}

/** None where a body of this schema cannot be asked for by fields: then it is written as JSON. */
export function schemaFields(schema: Json | null): readonly FormField[] {
  const root = follow(schema, schema ?? undefined);
  const { properties, required } = root;
  const needed = new Set(Array.isArray(required) ? required : []);
  if (isObject(properties)) {
    return Object.entries(properties).map(([name, one]) =>
      fieldOf(name, follow(schema, one), needed.has(name)),
    );
  }
  const kind = kindOf(root);
  return kind === "any" || kind === "object" ? [] : [fieldOf("", root, true)];
}
