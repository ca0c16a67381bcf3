// The fields of a form for what a JSON Schema describes; where it cannot be a form, its JSON is typed.

import type { Json } from "dispatched/language";

export interface SchemaField {
  readonly name: string;
  readonly type: "text" | "number" | "flag" | "choice" | "json";
  readonly required: boolean;
  readonly about: string | null;
  /** Of a choice, each as JSON. */
  readonly choices: readonly Json[];
  readonly least: number | null;
  readonly most: number | null;
}

type Schema = Readonly<Record<string, Json>>;

function isObject(value: Json | undefined): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Null for a schema that describes no object with named members. */
export function fieldsOf(schema: Json): readonly SchemaField[] | null {
  if (!isObject(schema) || !isObject(schema["properties"])) return null;
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  return Object.entries(schema["properties"]).map(([name, member]) =>
    fieldOf(name, isObject(member) ? member : {}, required.includes(name)),
  );
}

function fieldOf(name: string, schema: Schema, required: boolean): SchemaField {
  const { description, title, minimum, maximum } = schema;
  const about = typeof description === "string" ? description : typeof title === "string" ? title : null;
  return {
    name,
    type: typeOf(schema),
    required,
    about,
    choices: choicesOf(schema),
    least: typeof minimum === "number" ? minimum : null,
    most: typeof maximum === "number" ? maximum : null,
  };
}

function choicesOf(schema: Schema): readonly Json[] {
  if (Array.isArray(schema["enum"])) return schema["enum"];
  return schema["const"] === undefined ? [] : [schema["const"]];
}

function typeOf(schema: Schema): SchemaField["type"] {
  if (choicesOf(schema).length > 0) return "choice";
  switch (schema["type"]) {
    case "string":
      return "text";
    case "number":
    case "integer":
      return "number";
    case "boolean":
      return "flag";
    default:
      return "json";
  }
}

/** What is typed into a field as a value; undefined for an empty one. Throws a `SyntaxError` for JSON that is none. */
export function fieldValue({ type }: SchemaField, typed: string): Json | undefined {
  if (typed === "") return undefined;
  if (type === "text") return typed;
  if (type === "flag") return typed === "true";
  return JSON.parse(typed) as Json;
}
