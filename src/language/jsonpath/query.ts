// A JSONPath query as data (RFC 9535, section 2).

import type { Json } from "../../value/json.ts";

export interface Query {
  readonly segments: readonly Segment[];
  /** Names and indices only: it gives one value at most (section 2.3.5.1). */
  readonly singular: boolean;
}

export interface Segment {
  /** Whether it looks into every node below too. */
  readonly descendant: boolean;
  readonly selectors: readonly Selector[];
}

export type Selector =
  | { readonly type: "name"; readonly name: string }
  | { readonly type: "wildcard" }
  | { readonly type: "index"; readonly index: number }
  | {
      readonly type: "slice";
      readonly start: number | null;
      readonly end: number | null;
      readonly step: number;
    }
  | { readonly type: "filter"; readonly condition: Condition };

export interface FilterQuery {
  readonly from: "root" | "current";
  readonly query: Query;
}

export type Condition =
  | { readonly type: "and" | "or"; readonly left: Condition; readonly right: Condition }
  | { readonly type: "not"; readonly operand: Condition }
  | { readonly type: "exists"; readonly query: FilterQuery }
  | {
      readonly type: "compare";
      readonly operator: string;
      readonly left: Comparable;
      readonly right: Comparable;
    }
  | { readonly type: "match" | "search"; readonly text: Comparable; readonly pattern: Comparable };

export type Comparable =
  | { readonly type: "literal"; readonly value: Json }
  | { readonly type: "single"; readonly query: FilterQuery }
  | { readonly type: "length"; readonly argument: Comparable }
  | { readonly type: "count" | "value"; readonly query: FilterQuery };
