// An object whose keys are names that the author chooses.

import type { Json, JsonObject } from "../../value/json.ts";
import type { DocumentEntry } from "../document/document-node.ts";
import { placeOfKey } from "../document/place-of.ts";
import { addProblem } from "../document/report.ts";
import type { ReadContext, Shape } from "./shape.ts";
import { wrongType } from "./wrong-type.ts";

/** Ids of steps, names of schemas and labels. */
export const identifier = {
  pattern: /^[A-Za-z_][A-Za-z0-9_-]*$/,
  lengthMax: 64,
  words: "letters, digits, `_` and `-`, beginning with a letter or `_`",
};

export interface MapRules<Value> {
  /** For messages: `the id of a step`. */
  readonly key: string;
  readonly value: Shape<Value>;
  readonly pattern: RegExp;
  readonly lengthMax: number;
  /** What the pattern says, in words. */
  readonly words: string;
  /** Says more about a key than its pattern. */
  readonly checkKey?: (entry: DocumentEntry, context: ReadContext) => void;
  readonly min?: number;
  readonly max?: number;
}

export interface MapEntry<Value> {
  readonly name: string;
  readonly value: Value;
  readonly entry: DocumentEntry;
}

/** Entries that do not fit are left out. */
export function mapShape<Value>(rules: MapRules<Value>): Shape<readonly MapEntry<Value>[]> {
  return {
    read(node, context) {
      if (node.type !== "object") return wrongType(context, node, "an object");
      const read: MapEntry<Value>[] = [];
      for (const entry of node.entries) {
        checkName(rules, entry, context);
        const value = rules.value.read(entry.value, context);
        if (value !== undefined) read.push({ name: entry.key, value, entry });
      }
      return read;
    },
    schema: (definitions) => mapSchema(rules, definitions),
  };
}

function checkName<Value>(rules: MapRules<Value>, entry: DocumentEntry, context: ReadContext): void {
  if (entry.key.length > rules.lengthMax || !rules.pattern.test(entry.key)) {
    const message = `\`${entry.key.slice(0, 80)}\` is not ${rules.key}`;
    const fix = `${rules.words}, at most ${rules.lengthMax} characters`;
    addProblem(context.report, "invalid_name", placeOfKey(entry), message, fix);
  } else {
    rules.checkKey?.(entry, context);
  }
}

function mapSchema<Value>(rules: MapRules<Value>, definitions: Map<string, Json>): JsonObject {
  return {
    type: "object",
    propertyNames: { pattern: rules.pattern.source, maxLength: rules.lengthMax },
    additionalProperties: rules.value.schema(definitions),
    ...(rules.min === undefined ? {} : { minProperties: rules.min }),
    ...(rules.max === undefined ? {} : { maxProperties: rules.max }),
  };
}
