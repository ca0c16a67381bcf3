// A compiled schema.

import type { Json } from "../../value/json.ts";
import type { Judgement } from "./judgement.ts";
import type { SchemaResource } from "./schema-set.ts";

export interface SchemaNode {
  readonly resource: SchemaResource;
  /** Those that look at what the others evaluated come last. Filled when the schema is compiled. */
  readonly checks: Check[];
  /** For the schema `false`. */
  readonly never: boolean;
}

/** True when `value` passes. Otherwise it reports, unless nobody listens. */
export type Check = (value: Json, judgement: Judgement, seen: Seen | null) => boolean;

/** What of an object or a list was evaluated so far: members, and items. */
export interface Seen {
  readonly members: Set<string>;
  /** Items below this place. */
  itemsBelow: number;
  /** Further ones. */
  readonly items: Set<number>;
}
