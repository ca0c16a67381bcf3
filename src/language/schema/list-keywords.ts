// Keywords that judge the items of a list.

import type { Json } from "../../value/json.ts";
import { applyBelow, applySilently, type Judgement, report, spend } from "./judgement.ts";
import type { Keyword } from "./keyword.ts";
import type { Check, SchemaNode, Seen } from "./schema-node.ts";

/** A check of lists; anything else passes. */
function onList(check: (value: readonly Json[], judgement: Judgement, seen: Seen | null) => boolean): Check {
  return (value, judgement, seen) => !Array.isArray(value) || check(value, judgement, seen);
}

/** Judges the items from `start` on, but those that `skip` names. */
function judgeItems(
  value: readonly Json[],
  start: number,
  node: SchemaNode,
  judgement: Judgement,
  skip: (index: number) => boolean = () => false,
): boolean {
  let all = true;
  for (let index = start; index < value.length; index++) {
    if (!spend(judgement, 1)) return false;
    if (skip(index) || applyBelow(node, value[index] as Json, index, judgement)) continue;
    all = false;
    if (judgement.problems === null) return false;
  }
  return all;
}

function prefixLength(schema: Json | undefined): number {
  return Array.isArray(schema) ? schema.length : 0;
}

export const listKeywords: Readonly<Record<string, Keyword>> = {
  prefixItems: {
    takes: "schemas",
    compile(schemas, place) {
      const nodes = (schemas as readonly Json[]).map((schema, index) =>
        place.compile(schema, "prefixItems", index),
      );
      return onList((value, judgement, seen) => {
        if (seen !== null) seen.itemsBelow = Math.max(seen.itemsBelow, Math.min(nodes.length, value.length));
        let all = true;
        for (const [index, node] of nodes.entries()) {
          if (index >= value.length) break;
          if (!applyBelow(node, value[index] as Json, index, judgement)) all = false;
        }
        return all;
      });
    },
  },
  items: {
    takes: "schema",
    compile(schema, place) {
      const node = place.compile(schema, "items");
      const start = prefixLength(place.schema.prefixItems);
      return onList((value, judgement, seen) => {
        if (seen !== null) seen.itemsBelow = value.length;
        if (node.never && value.length > start)
          return report(judgement, "items", `at most ${start} items are allowed`);
        return judgeItems(value, start, node, judgement);
      });
    },
  },
  contains: {
    takes: "schema",
    compile(schema, place) {
      const node = place.compile(schema, "contains");
      const { minContains, maxContains } = place.schema;
      const min = typeof minContains === "number" ? minContains : 1;
      const max = typeof maxContains === "number" ? maxContains : Number.POSITIVE_INFINITY;
      return onList((value, judgement, seen) => {
        let count = 0;
        for (const [index, item] of value.entries()) {
          if (!applySilently(node, item, judgement, null)) continue;
          count += 1;
          seen?.items.add(index);
        }
        const range = max === Number.POSITIVE_INFINITY ? `at least ${min}` : `from ${min} to ${max}`;
        return (
          (count >= min && count <= max) ||
          report(
            judgement,
            "contains",
            `${range} items of a certain form are expected, and there are ${count}`,
          )
        );
      });
    },
  },
  minContains: { takes: "count" },
  maxContains: { takes: "count" },
  unevaluatedItems: {
    takes: "schema",
    last: true,
    compile(schema, place) {
      const node = place.compile(schema, "unevaluatedItems");
      return onList((value, judgement, seen) => {
        const start = seen?.itemsBelow ?? 0;
        const fits = judgeItems(value, start, node, judgement, (index) => seen?.items.has(index) === true);
        if (seen !== null) seen.itemsBelow = value.length;
        return fits;
      });
    },
  },
};
