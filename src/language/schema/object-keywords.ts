// Keywords that judge the members of an object.

import { isJsonObject, type Json, type JsonObject, member } from "../../value/json.ts";
import { applyBelow, applySchema, report, spend } from "./judgement.ts";
import type { Keyword, Pattern } from "./keyword.ts";
import type { Check, SchemaNode } from "./schema-node.ts";

/** A check of objects; anything else passes. */
function onObject(
  check: (value: JsonObject, ...rest: [Parameters<Check>[1], Parameters<Check>[2]]) => boolean,
): Check {
  return (value, judgement, seen) => !isJsonObject(value) || check(value, judgement, seen);
}

/** All must pass; without anybody listening the first that does not is enough. */
function every<Item>(
  items: Iterable<Item>,
  judgement: Parameters<Check>[1],
  passes: (item: Item) => boolean,
): boolean {
  let all = true;
  for (const item of items) {
    if (!spend(judgement, 1)) return false;
    if (passes(item)) continue;
    all = false;
    if (judgement.problems === null) return false;
  }
  return all;
}

function entriesOf(schemas: Json): readonly (readonly [string, Json])[] {
  return Object.entries(schemas as JsonObject);
}

function requiredMembers(names: readonly string[], keyword: string, why: string): Check {
  return onObject((value, judgement) =>
    every(
      names,
      judgement,
      (name) =>
        Object.hasOwn(value, name) || report(judgement, keyword, `the member \`${name}\` is missing${why}`),
    ),
  );
}

export const objectKeywords: Readonly<Record<string, Keyword>> = {
  required: {
    takes: "texts",
    compile: (names) => requiredMembers(names as readonly string[], "required", ""),
  },
  dependentRequired: {
    takes: "texts-map",
    compile(map) {
      const rules = entriesOf(map).map(([name, names]) => ({
        name,
        check: requiredMembers(names as readonly string[], "dependentRequired", `, which \`${name}\` needs`),
      }));
      return onObject((value, judgement, seen) =>
        every(
          rules,
          judgement,
          ({ name, check }) => !Object.hasOwn(value, name) || check(value, judgement, seen),
        ),
      );
    },
  },
  properties: {
    takes: "schema-map",
    compile(map, place) {
      const nodes = entriesOf(map).map(
        ([name, schema]) => [name, place.compile(schema, "properties", name)] as const,
      );
      return onObject((value, judgement, seen) =>
        every(nodes, judgement, ([name, node]) => {
          const found = member(value, name);
          if (found === undefined) return true;
          seen?.members.add(name);
          return applyBelow(node, found, name, judgement);
        }),
      );
    },
  },
  patternProperties: {
    takes: "schema-map",
    compile(map, place) {
      const rules = entriesOf(map).map(([source, schema]) => ({
        pattern: place.pattern(source, "patternProperties", source),
        node: place.compile(schema, "patternProperties", source),
      }));
      return onObject((value, judgement, seen) =>
        every(Object.keys(value), judgement, (name) =>
          every(rules, judgement, ({ pattern, node }) => {
            if (pattern === null || !matches(pattern, name, judgement)) return true;
            seen?.members.add(name);
            return applyBelow(node, value[name] as Json, name, judgement);
          }),
        ),
      );
    },
  },
  additionalProperties: {
    takes: "schema",
    compile(schema, place) {
      const node = place.compile(schema, "additionalProperties");
      const named = new Set(
        isJsonObject(place.schema.properties) ? Object.keys(place.schema.properties) : [],
      );
      const sources = isJsonObject(place.schema.patternProperties)
        ? Object.keys(place.schema.patternProperties)
        : [];
      const patterns = sources
        .map((source) => place.pattern(source, "patternProperties", source))
        .filter((pattern) => pattern !== null);
      return onObject((value, judgement, seen) =>
        every(Object.keys(value), judgement, (name) => {
          if (named.has(name) || patterns.some((pattern) => matches(pattern, name, judgement))) return true;
          seen?.members.add(name);
          return additional(node, value[name] as Json, name, judgement, "additionalProperties");
        }),
      );
    },
  },
  propertyNames: {
    takes: "schema",
    compile(schema, place) {
      const node = place.compile(schema, "propertyNames");
      return onObject((value, judgement) =>
        every(Object.keys(value), judgement, (name) => applyBelow(node, name, name, judgement)),
      );
    },
  },
  dependentSchemas: {
    takes: "schema-map",
    compile(map, place) {
      const nodes = entriesOf(map).map(
        ([name, schema]) => [name, place.compile(schema, "dependentSchemas", name)] as const,
      );
      return onObject((value, judgement, seen) =>
        every(
          nodes,
          judgement,
          ([name, node]) => !Object.hasOwn(value, name) || applySchema(node, value, judgement, seen),
        ),
      );
    },
  },
  unevaluatedProperties: {
    takes: "schema",
    last: true,
    compile(schema, place) {
      const node = place.compile(schema, "unevaluatedProperties");
      return onObject((value, judgement, seen) =>
        every(Object.keys(value), judgement, (name) => {
          if (seen?.members.has(name) === true) return true;
          seen?.members.add(name);
          return additional(node, value[name] as Json, name, judgement, "unevaluatedProperties");
        }),
      );
    },
  },
};

/** A member that only a catch-all judges; `false` says that there may be none. */
function additional(
  node: SchemaNode,
  value: Json,
  name: string,
  judgement: Parameters<Check>[1],
  keyword: string,
): boolean {
  if (!node.never) return applyBelow(node, value, name, judgement);
  judgement.path.push(name);
  report(judgement, keyword, `a member of the name \`${name.slice(0, 80)}\` is not allowed`);
  judgement.path.pop();
  return false;
}

function matches(pattern: Pattern, name: string, judgement: Parameters<Check>[1]): boolean {
  return spend(judgement, pattern.cost(name)) && pattern.test(name);
}
