// Events of runs as docs/reference/openapi.json describes them: each by the schema of its type.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileSchema } from "../../src/language/compile-schema.ts";
import type { Schema } from "../../src/language/schema.ts";
import type { Json, JsonObject } from "../../src/value/json.ts";
import { root } from "../tidy/source-files.ts";

const { components } = JSON.parse(readFileSync(join(root, "docs/reference/openapi.json"), "utf8"));
const described = components.schemas as Readonly<Record<string, JsonObject>>;
const compiled = new Map<string, Schema | null>();

/** Titles of the schemas that a union holds, those of the unions in it, too. */
function titlesIn(title: string): readonly string[] {
  const { anyOf } = described[title] ?? {};
  if (!Array.isArray(anyOf)) return [title];
  return anyOf.flatMap(({ $ref }) => titlesIn($ref.slice($ref.lastIndexOf("/") + 1)));
}

/** The types that a schema of an event is for. */
function typesOf(title: string): readonly string[] {
  const { properties } = described[title] as { readonly properties: { readonly type: JsonObject } };
  return properties.type["enum"] as readonly string[];
}

/** Null for a type that none or several describe. */
function schemaOf(type: string): Schema | null {
  const known = compiled.get(type);
  if (known !== undefined) return known;
  const titles = titlesIn("Event").filter((title) => typesOf(title).includes(type));
  const text = JSON.stringify({ $ref: `#/$defs/${titles[0]}`, $defs: described });
  const result = compileSchema(null, JSON.parse(text.replaceAll("#/components/schemas/", "#/$defs/")));
  const schema = titles.length === 1 && result.ok ? result.schema : null;
  compiled.set(type, schema);
  return schema;
}

/** What each event does not keep. */
export function misfitsOf(events: readonly { readonly type: string }[]): readonly string[] {
  return events.flatMap((event) => {
    const schema = schemaOf(event.type);
    if (schema === null) return [`${event.type} is not described`];
    return schema
      .judge(event as unknown as Json)
      .map(({ pointer, message }) => `${event.type}: ${pointer}: ${message}`);
  });
}
