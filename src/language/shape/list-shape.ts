// A list of values of one shape.

import type { DocumentNode } from "../document/document-node.ts";
import { placeOf } from "../document/place-of.ts";
import { addProblem } from "../document/report.ts";
import type { Shape } from "./shape.ts";
import { wrongType } from "./wrong-type.ts";

export interface ListEntry<Value> {
  readonly value: Value;
  readonly node: DocumentNode;
}

/** Items that do not fit are left out. With `unique`, a scalar that stands twice is the problem `duplicate_entry`. */
export function listShape<Value>(
  item: Shape<Value>,
  rules: { readonly unique: boolean },
): Shape<readonly ListEntry<Value>[]> {
  return {
    read(node, context) {
      if (node.type !== "list")
        return wrongType(
          context,
          node,
          "a list",
          node.type === "scalar" ? "put it in brackets: `[…]`" : null,
        );
      const read: ListEntry<Value>[] = [];
      const seen = new Set<unknown>();
      for (const entry of node.items) {
        const value = item.read(entry, context);
        if (value === undefined) continue;
        if (rules.unique && entry.type === "scalar" && seen.has(entry.value)) {
          addProblem(
            context.report,
            "duplicate_entry",
            placeOf(entry),
            `\`${entry.value}\` stands twice in this list`,
            "remove one",
          );
        } else {
          read.push({ value, node: entry });
        }
        if (entry.type === "scalar") seen.add(entry.value);
      }
      return read;
    },
    schema: (definitions) => ({
      type: "array",
      items: item.schema(definitions),
      ...(rules.unique ? { uniqueItems: true } : {}),
    }),
  };
}
