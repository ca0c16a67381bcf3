// What the form of a callback's page asks for, by the schema that its author declared.

import { isJsonObject, type Json, type JsonObject, member } from "../../value/json.ts";

/** - `yes_no`: a boolean; `choice`: one of `options`; `json`: what no field of a form is for, as JSON text. */
export type FieldType = "yes_no" | "choice" | "number" | "text" | "json";

export interface FormField {
  /** Of the member; null for the whole answer. */
  readonly name: string | null;
  readonly type: FieldType;
  readonly label: string;
  readonly about: string | null;
  readonly required: boolean;
  /** Of a choice. */
  readonly options: readonly Json[];
  /** Of a number: whether it is whole. */
  readonly whole: boolean;
  /** Of a text: the length up to which one line is enough; null for longer ones. */
  readonly lengthMax: number | null;
}

/** A field for each member of an object; one for everything when the schema is of another form, or there is none. */
export function formFieldsOf(schema: Json): readonly FormField[] {
  const properties = isJsonObject(schema) ? (member(schema, "properties") ?? null) : null;
  if (!isJsonObject(schema) || !isJsonObject(properties) || Object.keys(properties).length === 0) {
    return [fieldOf(null, isJsonObject(schema) ? schema : {}, false)];
  }
  const required = member(schema, "required") ?? [];
  const names: readonly Json[] = Array.isArray(required) ? required : [];
  return Object.entries(properties).map(([name, of]) =>
    fieldOf(name, isJsonObject(of) ? of : {}, names.includes(name)),
  );
}

function fieldOf(name: string | null, schema: JsonObject, required: boolean): FormField {
  const type = typeOf(schema, name);
  const title = member(schema, "title");
  const about = member(schema, "description");
  const lengthMax = member(schema, "maxLength");
  return {
    name,
    type,
    label: typeof title === "string" ? title : (name ?? "Your answer"),
    about: typeof about === "string" ? about : null,
    required,
    options: optionsOf(schema),
    whole: member(schema, "type") === "integer",
    lengthMax: typeof lengthMax === "number" ? lengthMax : null,
  };
}

function optionsOf(schema: JsonObject): readonly Json[] {
  const options = member(schema, "enum") ?? null;
  if (Array.isArray(options)) return options;
  const only = member(schema, "const");
  return only === undefined ? [] : [only];
}

function typeOf(schema: JsonObject, name: string | null): FieldType {
  if (optionsOf(schema).length > 0) return "choice";
  switch (member(schema, "type")) {
    case "boolean":
      return "yes_no";
    case "integer":
    case "number":
      return "number";
    case "string":
      return "text";
    case undefined:
      // Without a schema there is one field for a text, which may stay empty.
      return name === null ? "text" : "json";
    default:
      return "json";
  }
}
