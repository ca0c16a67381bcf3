// What may stand at a place of a document: one description from which both the reader and the published schema come.

import type { Json, JsonObject } from "../../value/json.ts";
import type { DocumentNode, ScalarNode } from "../document/document-node.ts";
import type { Report } from "../document/report.ts";
import type { SandboxExpression } from "../expression.ts";
import type { PathNode } from "../path-syntax.ts";
import type { SchemaSet } from "../schema/schema-set.ts";
import type { Schema } from "../schema.ts";

export interface Shape<Value> {
  /** The value of `node`, or undefined when it does not fit: the report then says why. */
  read(node: DocumentNode, context: ReadContext): Value | undefined;
  /** Its JSON Schema; a named shape puts itself into `definitions` and gives a reference. */
  schema(definitions: Map<string, Json>): JsonObject;
}

/** What the readers of one document share. */
export interface ReadContext {
  readonly report: Report;
  /** Every expression of the document, to be checked when all steps are known. */
  readonly uses: ExpressionUse[];
  /** The document's named schemas; null for one that is not valid. Set before anything that names one is read. */
  schemas: ReadonlyMap<string, Schema | null>;
  readonly schemaSet: SchemaSet;
  /** True when an `url` may begin with `/`. Set before any step is read. */
  hasBaseUrl: boolean;
  /** True for a document that was stored before, when some bounds may not have been there. */
  readonly isStored: boolean;
}

export interface ExpressionUse {
  /** Its spans are offsets in the text of `node`; null for one of another language. */
  readonly root: PathNode | null;
  readonly sandbox: SandboxExpression | null;
  readonly node: ScalarNode;
  /** Where a secret may stand. */
  readonly secrets: boolean;
}
