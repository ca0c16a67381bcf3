// An object with a table of fields.

import type { Json, JsonObject } from "../../value/json.ts";
import type { DocumentEntry, DocumentNode, ObjectNode } from "../document/document-node.ts";
import { placeOf, placeOfKey } from "../document/place-of.ts";
import { addProblem } from "../document/report.ts";
import { closestName } from "./closest-name.ts";
import type { ReadContext, Shape } from "./shape.ts";
import { wrongType } from "./wrong-type.ts";

export interface Field<Value> {
  /** One sentence for people: it becomes the description in the published schema. */
  readonly about: string;
  readonly shape: Shape<Value>;
  readonly required?: boolean;
  /** What holds when the field is absent. */
  readonly default?: Json;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

export interface ObjectRead<Table extends Fields> {
  readonly node: ObjectNode;
  /** Absent fields, and those that did not fit, are undefined. */
  readonly values: {
    readonly [Name in keyof Table]?: Table[Name] extends Field<infer Value> ? Value : never;
  };
  /** Where a field of the document stands. */
  readonly entries: { readonly [Name in keyof Table]?: DocumentEntry };
}

export interface ObjectRules<Table extends Fields> {
  /** Its name in the published schema, and in messages: `a step`. */
  readonly name: string;
  readonly about: string;
  readonly fields: Table;
  /** What is meant by a text in its place. */
  readonly ofText?: (text: string) => string;
  /** What the fields mean together, beyond each by itself. */
  readonly check?: (read: ObjectRead<Table>, context: ReadContext) => void;
  /** As far as JSON Schema can say what `check` says. */
  readonly rules?: JsonObject;
}

/** Fields are read in the order of the table, whatever their order in the document. */
export function objectShape<Table extends Fields>(rules: ObjectRules<Table>): Shape<ObjectRead<Table>> {
  return {
    read: (node, context) => readObject(rules, node, context),
    schema: (definitions) => objectSchema(rules, definitions),
  };
}

function readObject<Table extends Fields>(
  rules: ObjectRules<Table>,
  node: DocumentNode,
  context: ReadContext,
): ObjectRead<Table> | undefined {
  if (node.type !== "object") {
    const text = node.type === "scalar" && typeof node.value === "string" ? node.value : null;
    const fix = text === null ? null : (rules.ofText?.(text) ?? null);
    return wrongType(context, node, `an object with the fields of ${withArticle(rules.name)}`, fix);
  }
  const entries = new Map<string, DocumentEntry>();
  for (const entry of node.entries) {
    if (Object.hasOwn(rules.fields, entry.key)) entries.set(entry.key, entry);
    else reportUnknown(rules, entry, context);
  }
  const values = new Map<string, unknown>();
  for (const [name, field] of Object.entries(rules.fields)) {
    const entry = entries.get(name);
    if (entry !== undefined) values.set(name, field.shape.read(entry.value, context));
    else if (field.required === true) {
      const start = { ...placeOf(node), end: node.start + 1 };
      addProblem(
        context.report,
        "missing_field",
        start,
        `${withArticle(rules.name)} needs the field \`${name}\``,
        field.about,
      );
    }
  }
  const read = {
    node,
    values: Object.fromEntries(values),
    entries: Object.fromEntries(entries),
  } as ObjectRead<Table>;
  rules.check?.(read, context);
  return read;
}

function reportUnknown<Table extends Fields>(
  rules: ObjectRules<Table>,
  entry: DocumentEntry,
  context: ReadContext,
): void {
  const known = Object.keys(rules.fields);
  const closest = closestName(entry.key, known);
  const fix =
    closest === null
      ? `known are ${known.map((name) => `\`${name}\``).join(", ")}`
      : `did you mean \`${closest}\`?`;
  addProblem(
    context.report,
    "unknown_field",
    placeOfKey(entry),
    `\`${entry.key}\` is unknown in ${withArticle(rules.name)}`,
    fix,
  );
}

function withArticle(name: string): string {
  if (name.endsWith("s")) return name;
  return /^(?:[aeiou]|http)/.test(name) ? `an ${name}` : `a ${name}`;
}

function objectSchema<Table extends Fields>(
  rules: ObjectRules<Table>,
  definitions: Map<string, Json>,
): JsonObject {
  const name = rules.name.replaceAll(" ", "-");
  if (!definitions.has(name)) {
    // The name is taken first, so that a shape that contains itself ends.
    definitions.set(name, {});
    const properties = Object.entries(rules.fields).map(([key, field]) => {
      const description = { description: field.about };
      const value = field.default === undefined ? description : { ...description, default: field.default };
      return [key, { ...field.shape.schema(definitions), ...value }];
    });
    const required = Object.keys(rules.fields).filter(
      (key) => (rules.fields[key] as Field<unknown>).required === true,
    );
    definitions.set(name, {
      type: "object",
      description: rules.about,
      properties: Object.fromEntries(properties) as JsonObject,
      ...(required.length > 0 ? { required } : {}),
      additionalProperties: false,
      ...rules.rules,
    });
  }
  return { $ref: `#/$defs/${name}` };
}
