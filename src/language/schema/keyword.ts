// What a keyword of JSON Schema is to the compiler.

import type { Json, JsonObject } from "../../value/json.ts";
import type { Check, SchemaNode } from "./schema-node.ts";

/** What the value of a keyword must be. */
export type KeywordValue =
  | "schema"
  | "schemas"
  | "schema-map"
  | "number"
  | "positive-number"
  | "count"
  | "boolean"
  | "text"
  | "texts"
  | "texts-map"
  | "pattern"
  | "types"
  | "list"
  | "any";

export interface Keyword {
  readonly takes: KeywordValue;
  /** Makes its check; without it the keyword only says something to people, or to other keywords. */
  readonly compile?: (value: Json, place: KeywordPlace) => Check | null;
  /** It looks at what all others evaluated. */
  readonly last?: true;
}

/** Where a keyword stands, and what its compiler may ask for. Keys are from the schema that has the keyword. */
export interface KeywordPlace {
  readonly schema: JsonObject;
  /** Compiles the schema that stands at `keys`. */
  compile(source: Json, ...keys: (string | number)[]): SchemaNode;
  /** Calls `found` with the schema that a reference means, once every document is read; reports one that means none. */
  refer(keyword: string, reference: string, found: (target: ReferenceTarget) => void): void;
  /** The compiled form of a schema, or null. */
  compiled(source: Json): SchemaNode | null;
  /** The pattern that stands at `keys`, compiled; null when it is not supported, which is reported. */
  pattern(source: string, ...keys: (string | number)[]): Pattern | null;
}

export interface ReferenceTarget {
  readonly node: SchemaNode;
  /** The name of a dynamic anchor that the reference led to, or null. */
  readonly dynamicAnchor: string | null;
}

export interface Pattern {
  test(text: string): boolean;
  /** Steps that testing `text` takes. */
  cost(text: string): number;
}
