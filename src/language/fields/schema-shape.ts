// JSON Schemas of a document: the named ones, and the places that use one.

import type { Json } from "../../value/json.ts";
import { type CompiledSchema, compileSchema, compileSchemas } from "../compile-schema.ts";
import { type DocumentEntry, type DocumentNode, entryOf, jsonOf } from "../document/document-node.ts";
import { placeOf, placeOfKey } from "../document/place-of.ts";
import { addProblem } from "../document/report.ts";
import type { SchemaDefect } from "../schema/schema-set.ts";
import type { Schema } from "../schema.ts";
import { didYouMean } from "../shape/closest-name.ts";
import { identifier, mapShape } from "../shape/map-shape.ts";
import type { ReadContext, Shape } from "../shape/shape.ts";
import { wrongType } from "../shape/wrong-type.ts";

const jsonSchema = { description: "A JSON Schema (2020-12).", type: ["object", "boolean"] } as const;

const rawShape: Shape<Json> = {
  read(node, context) {
    const fits = node.type === "object" || (node.type === "scalar" && typeof node.value === "boolean");
    return fits ? jsonOf(node) : wrongType(context, node, "a JSON Schema, an object or a boolean,");
  },
  schema: () => jsonSchema,
};

const rawMap = mapShape({ key: "the name of a schema", value: rawShape, ...identifier });

/** The map `schemas`: it may be read once, before everything that uses a schema. */
export const schemasShape: Shape<ReadonlyMap<string, Schema | null>> = {
  read(node, context) {
    const entries = rawMap.read(node, context);
    if (entries === undefined) return undefined;
    const results = compileSchemas(
      entries.map(({ name, value }) => [name, value]),
      context.schemaSet,
    );
    const compiled = new Map(
      entries.map(({ name, entry }, index) => [
        name,
        accept(results[index] as CompiledSchema, entry.value, context),
      ]),
    );
    context.schemas = compiled;
    return compiled;
  },
  schema: rawMap.schema,
};

/** Where a schema is used: by its name, or written in place. */
export const schemaUseShape: Shape<Schema> = {
  read(node, context) {
    if (node.type !== "scalar" || typeof node.value !== "string") {
      const source = rawShape.read(node, context);
      return source === undefined
        ? undefined
        : (accept(compileSchema(null, source, context.schemaSet), node, context) ?? undefined);
    }
    const schema = context.schemas.get(node.value);
    if (schema === undefined) {
      const fix = didYouMean(node.value, context.schemas.keys()) ?? "add it to `schemas`";
      addProblem(
        context.report,
        "unknown_schema",
        placeOf(node),
        `no schema has the name \`${node.value.slice(0, 80)}\``,
        fix,
      );
    }
    return schema ?? undefined;
  },
  schema: () => ({ anyOf: [{ type: "string" }, jsonSchema] }),
};

function accept(compiled: CompiledSchema, node: DocumentNode, context: ReadContext): Schema | null {
  if (compiled.ok) return compiled.schema;
  for (const defect of compiled.defects) report(defect, node, context);
  return null;
}

function report(defect: SchemaDefect, root: DocumentNode, context: ReadContext): void {
  let node = root;
  let entry: DocumentEntry | undefined;
  for (const key of defect.path) {
    entry = typeof key === "string" ? entryOf(node, key) : undefined;
    const next: DocumentNode | undefined = node.type === "list" ? node.items[Number(key)] : entry?.value;
    if (next === undefined) break;
    node = next;
  }
  const place = defect.at === "key" && entry !== undefined ? placeOfKey(entry) : placeOf(node);
  addProblem(context.report, defect.code, place, defect.message, defect.fix);
}
