// Schemas that are compiled together and may refer to each other.

import type { Json, JsonObject } from "../../value/json.ts";
import type { Pattern, ReferenceTarget } from "./keyword.ts";
import type { SchemaNode } from "./schema-node.ts";

/** A schema with an address of its own: a whole document, or a part with `$id`. */
export interface SchemaResource {
  readonly uri: string;
  readonly root: Json;
  readonly document: SchemaDocument;
  /** Of `root`, from the document's root. */
  readonly path: SchemaPath;
  readonly anchors: Map<string, Json>;
  readonly dynamicAnchors: Map<string, Json>;
}

/** What was handed in as one schema; what is wrong with it is its own. */
export interface SchemaDocument {
  readonly uri: string;
  readonly defects: SchemaDefect[];
}

export type SchemaPath = readonly (string | number)[];

export interface SchemaDefect {
  readonly code: "invalid_schema" | "unsupported_schema";
  /** From the root of the schema. */
  readonly path: SchemaPath;
  /** Whether the last key of the path is what is wrong, or the value under it. */
  readonly at: "key" | "value";
  readonly message: string;
  readonly fix: string | null;
}

export interface PendingReference {
  readonly reference: string;
  /** Where it stands. */
  readonly resource: SchemaResource;
  readonly path: SchemaPath;
  readonly found: (target: ReferenceTarget) => void;
}

export interface SchemaSet {
  readonly resources: Map<string, SchemaResource>;
  /** Compiled schemas by their source, which is the same object wherever it is referred to. */
  readonly nodes: Map<JsonObject, SchemaNode>;
  /** References that wait until every document of the set is read. */
  readonly pending: PendingReference[];
  readonly patterns: Map<string, Pattern | null>;
  /** Instructions that all patterns together may still have. */
  patternsLeft: number;
  /** `refuse`: most unknown keywords are misspelt. `ignore`: as the specification has it (section 4.3.1 of the core). */
  readonly unknownKeywords: "refuse" | "ignore";
  /** True when anything asks for what was evaluated. */
  tracks: boolean;
}

export function newSchemaSet(unknownKeywords: "refuse" | "ignore"): SchemaSet {
  return {
    resources: new Map(),
    nodes: new Map(),
    pending: [],
    patterns: new Map(),
    patternsLeft: 20_000,
    unknownKeywords,
    tracks: false,
  };
}

/** A named schema has this address, so that another refers to it by its name alone. A name that is a URI is its own. */
export function addressOf(name: string | null): string {
  return name?.includes(":") === true ? name : `schema:/${name ?? ""}`;
}
