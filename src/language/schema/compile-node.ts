// Compiles a schema and all schemas within it.

import { isJsonObject, type Json, type JsonObject } from "../../value/json.ts";
import { closestName } from "../shape/closest-name.ts";
import { compilePattern } from "./compile-pattern.ts";
import type { Keyword, KeywordPlace } from "./keyword.ts";
import { expectedInstead } from "./keyword-value.ts";
import { keywords, olderKeywords } from "./keywords.ts";
import { resolveUri } from "./resolve-uri.ts";
import type { Check, SchemaNode } from "./schema-node.ts";
import type { SchemaDefect, SchemaPath, SchemaResource, SchemaSet } from "./schema-set.ts";

const dialect = "https://json-schema.org/draft/2020-12/schema";

/** The compiled form of `source`, which stands at `path` in the document of `resource`. What is wrong goes to that document. */
export function compileNode(
  set: SchemaSet,
  source: Json,
  resource: SchemaResource,
  path: SchemaPath,
): SchemaNode {
  if (!isJsonObject(source)) return { resource, checks: [], never: source === false };
  const known = set.nodes.get(source);
  if (known !== undefined) return known;
  const own = enterResource(set, source, resource, path);
  const checks: Check[] = [];
  const node: SchemaNode = { resource: own, checks, never: false };
  set.nodes.set(source, node);
  const place = placeIn(set, source, own, path);
  const last: Check[] = [];
  for (const [name, value] of Object.entries(source)) {
    const keyword = keywords.get(name);
    if (keyword === undefined) {
      reportUnknown(set, own, [...path, name], name);
      continue;
    }
    const expected = expectedInstead(keyword.takes, value);
    if (expected !== null) {
      defect(own, "invalid_schema", [...path, name], `\`${name}\` must be ${expected}`);
      continue;
    }
    const check =
      keyword.compile === undefined
        ? compileParts(keyword, name, value, place)
        : keyword.compile(value, place);
    if (keyword.last === true) set.tracks = true;
    if (check !== null) (keyword.last === true ? last : checks).push(check);
  }
  checks.push(...last);
  return node;
}

/** Schemas within a keyword that itself checks nothing. */
function compileParts(keyword: Keyword, name: string, value: Json, place: KeywordPlace): null {
  if (keyword.takes === "schema") place.compile(value, name);
  if (keyword.takes === "schema-map") {
    for (const [key, entry] of Object.entries(value as JsonObject)) place.compile(entry, name, key);
  }
  return null;
}

/** The resource that a schema is in: its own when it has `$id`. Registers its anchors. */
function enterResource(
  set: SchemaSet,
  source: JsonObject,
  parent: SchemaResource,
  path: SchemaPath,
): SchemaResource {
  const { $id, $schema, $anchor, $dynamicAnchor } = source;
  if (
    typeof $schema === "string" &&
    $schema.replace(/#$/, "") !== dialect &&
    set.unknownKeywords === "refuse"
  ) {
    defect(
      parent,
      "unsupported_schema",
      [...path, "$schema"],
      "only JSON Schema 2020-12 is supported",
      `write \`${dialect}\`, or remove it`,
    );
  }
  const resource = typeof $id === "string" ? resourceOf(set, source, $id, parent, path) : parent;
  if (typeof $anchor === "string") resource.anchors.set($anchor, source);
  if (typeof $dynamicAnchor === "string") resource.dynamicAnchors.set($dynamicAnchor, source);
  return resource;
}

function resourceOf(
  set: SchemaSet,
  source: JsonObject,
  id: string,
  parent: SchemaResource,
  path: SchemaPath,
): SchemaResource {
  const { uri, fragment } = resolveUri(id, parent.uri);
  if (fragment !== "")
    defect(parent, "invalid_schema", [...path, "$id"], "`$id` may not have a fragment", "write `$anchor`");
  // A whole document is found by its own address and by its `$id`: both lead to the same anchors.
  const same = parent.root === source;
  const anchors = same ? parent.anchors : new Map<string, Json>();
  const dynamicAnchors = same ? parent.dynamicAnchors : new Map<string, Json>();
  const resource =
    same && parent.uri === uri
      ? parent
      : { uri, root: source, document: parent.document, path, anchors, dynamicAnchors };
  if (!set.resources.has(uri)) set.resources.set(uri, resource);
  return resource;
}

function placeIn(
  set: SchemaSet,
  schema: JsonObject,
  resource: SchemaResource,
  path: SchemaPath,
): KeywordPlace {
  return {
    schema,
    compile: (source, ...keys) => compileNode(set, source, resource, [...path, ...keys]),
    compiled: (source) => (isJsonObject(source) ? (set.nodes.get(source) ?? null) : null),
    refer: (keyword, reference, found) => {
      set.pending.push({ reference, resource, path: [...path, keyword], found });
    },
    pattern(source, ...keys) {
      const pattern = compilePattern(set, source);
      if (pattern === null) {
        const fix =
          "patterns are run in linear time: no look-around, no back references, no large repetitions";
        const message = `the pattern \`${source.slice(0, 80)}\` is not one that can be run`;
        resource.document.defects.push({
          code: "unsupported_schema",
          path: [...path, ...keys],
          at: keys.length > 1 ? "key" : "value",
          message,
          fix,
        });
      }
      return pattern;
    },
  };
}

/** Extensions begin with `x-`; any other unknown keyword is most often misspelt. */
function reportUnknown(set: SchemaSet, resource: SchemaResource, path: SchemaPath, name: string): void {
  if (set.unknownKeywords === "ignore" || name.startsWith("x-")) return;
  const older = olderKeywords.get(name);
  const closest = closestName(name, keywords.keys());
  const fix =
    older ??
    (closest === null ? "remove it, or let its name begin with `x-`" : `did you mean \`${closest}\`?`);
  const message =
    older === undefined
      ? `\`${name}\` is not a keyword of JSON Schema`
      : `\`${name}\` is a keyword of an older draft`;
  resource.document.defects.push({ code: "unsupported_schema", path, at: "key", message, fix });
}

function defect(
  resource: SchemaResource,
  code: SchemaDefect["code"],
  path: SchemaPath,
  message: string,
  fix: string | null = null,
): void {
  resource.document.defects.push({ code, path, at: "value", message, fix });
}
