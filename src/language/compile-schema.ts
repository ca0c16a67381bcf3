// Compiles JSON Schemas (2020-12) into judges that interpret them.

import type { Json } from "../value/json.ts";
import { compileNode } from "./schema/compile-node.ts";
import { applySchema, newJudgement } from "./schema/judgement.ts";
import { refer } from "./schema/refer.ts";
import type { SchemaNode } from "./schema/schema-node.ts";
import {
  addressOf,
  newSchemaSet,
  type SchemaDefect,
  type SchemaDocument,
  type SchemaResource,
  type SchemaSet,
} from "./schema/schema-set.ts";
import { type Schema, type SchemaProblem, tooMuchWork } from "./schema.ts";

export type CompiledSchema =
  | { readonly ok: true; readonly schema: Schema }
  | { readonly ok: false; readonly defects: readonly SchemaDefect[] };

/**
 * Compiles one schema; `set` holds those that it may refer to by name. Defects: `invalid_schema` and `unsupported_schema`.
 * `format` is an annotation and judges nothing.
 */
export function compileSchema(
  name: string | null,
  source: Json,
  set: SchemaSet = newSchemaSet("refuse"),
): CompiledSchema {
  return compileSchemas([[name, source]], set)[0] as CompiledSchema;
}

/** Compiles schemas that may refer to each other by name, into `set`; the results are in the order given. */
export function compileSchemas(
  sources: readonly (readonly [name: string | null, source: Json])[],
  set: SchemaSet,
): readonly CompiledSchema[] {
  const read = sources.map(([name, source]) => {
    const document: SchemaDocument = { uri: addressOf(name), defects: [] };
    const resource: SchemaResource = {
      uri: document.uri,
      root: source,
      document,
      path: [],
      anchors: new Map(),
      dynamicAnchors: new Map(),
    };
    set.resources.set(document.uri, resource);
    return { name, source, document, node: compileNode(set, source, resource, []) };
  });
  for (let next = set.pending.pop(); next !== undefined; next = set.pending.pop()) refer(set, next);
  return read.map(({ name, source, document, node }) => {
    if (document.defects.length > 0) return { ok: false, defects: document.defects };
    return { ok: true, schema: { name, source, judge: (value) => judge(set, node, value) } };
  });
}

function judge(set: SchemaSet, node: SchemaNode, value: Json): readonly SchemaProblem[] {
  const judgement = newJudgement(value, set.tracks);
  const exhausted = [{ pointer: "", keyword: tooMuchWork, message: "judging it takes too many steps" }];
  try {
    const fits = applySchema(node, value, judgement, null);
    if (judgement.exhausted) return exhausted;
    return fits ? [] : (judgement.problems ?? []);
  } catch (error) {
    // A value nested so deep that comparing it exhausts the stack.
    if (error instanceof RangeError) return exhausted;
    throw error;
  }
}
