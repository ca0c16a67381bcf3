// What the language's schema says of a place in a document.

import { type Json, type JsonObject, workflowJsonSchema } from "dispatched/language";

const root = workflowJsonSchema();
const definitions = (root["$defs"] ?? {}) as Readonly<Record<string, JsonObject>>;

/** The text of the value at a path, as far as it is known: what tells alternatives apart. */
export type ValueText = (path: readonly string[]) => string | undefined;

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** With what it refers to in its place; a description beside a reference wins. */
function resolve(schema: JsonObject): JsonObject {
  const reference = schema["$ref"];
  if (typeof reference !== "string") return schema;
  const { $ref: _, ...beside } = schema;
  return { ...resolve(definitions[reference.slice("#/$defs/".length)] ?? {}), ...beside };
}

/** The schema, or each of its alternatives. */
function alternatives(schema: JsonObject): readonly JsonObject[] {
  const resolved = resolve(schema);
  const others = (resolved["oneOf"] ?? resolved["anyOf"]) as readonly JsonObject[] | undefined;
  if (others === undefined || isObject(resolved["properties"])) return [resolved];
  const { oneOf: _, anyOf: __, ...beside } = resolved;
  return others.flatMap((one) => alternatives(one).map((other) => ({ ...beside, ...other })));
}

/** Which of several kinds is meant is what their `type` says. */
function fitting(schemas: readonly JsonObject[], path: readonly string[], valueText: ValueText) {
  if (schemas.length < 2) return schemas;
  const type = valueText([...path, "type"]);
  const fit = schemas.filter((schema) => {
    const kinds = propertiesOf(schema).find(([name]) => name === "type")?.[1]["enum"];
    return Array.isArray(kinds) && kinds.includes(type ?? null);
  });
  return fit.length > 0 ? fit : schemas;
}

export function propertiesOf(schema: JsonObject): readonly (readonly [name: string, schema: JsonObject])[] {
  const properties = schema["properties"];
  return isObject(properties) ? (Object.entries(properties) as (readonly [string, JsonObject])[]) : [];
}

function below(schema: JsonObject, key: string): readonly JsonObject[] {
  const { items, additionalProperties } = schema;
  const own = propertiesOf(schema).find(([name]) => name === key)?.[1];
  if (own !== undefined) return alternatives(own);
  if (/^\d+$/.test(key) && isObject(items)) return alternatives(items);
  return isObject(additionalProperties) ? alternatives(additionalProperties) : [];
}

/** All that may stand at a path: none where the schema says nothing of it. */
export function schemasAt(path: readonly string[], valueText: ValueText): readonly JsonObject[] {
  let found = alternatives(root);
  for (const [depth, key] of path.entries()) {
    const here = path.slice(0, depth + 1);
    found = fitting(
      found.flatMap((schema) => below(schema, key)),
      here,
      valueText,
    );
  }
  return found;
}

/** What the schema says of the key at a path, in words. */
export function describeKey(path: readonly string[], valueText: ValueText): string | null {
  const key = path.at(-1) ?? "";
  const holders = schemasAt(path.slice(0, -1), valueText);
  for (const holder of holders) {
    const own = propertiesOf(holder).find(([name]) => name === key)?.[1];
    if (own !== undefined) return textOf(own);
  }
  return null;
}

/** Description and default of a field. */
export function textOf(schema: JsonObject): string {
  const { description, default: preset } = resolve(schema);
  const said = typeof description === "string" ? description : "";
  return preset === undefined || preset === null ? said : `${said} Default: ${JSON.stringify(preset)}.`;
}

/** The words that may stand as a value. */
export function choicesOf(
  schemas: readonly JsonObject[],
): readonly { readonly value: string; readonly about: string }[] {
  return schemas.flatMap((schema) => {
    const words = schema["enum"];
    if (schema["type"] === "boolean") return ["true", "false"].map((value) => ({ value, about: "" }));
    if (!Array.isArray(words)) return [];
    const about = typeof schema["description"] === "string" ? schema["description"] : "";
    return words.filter((word) => typeof word === "string").map((value) => ({ value, about }));
  });
}

/** Whether a text at this place is an expression as it stands. */
export function isBareExpression(path: readonly string[]): boolean {
  return ["when", "over", "while", "next", "items", "expr"].includes(path.at(-1) ?? "");
}
