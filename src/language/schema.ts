// A JSON Schema (2020-12) ready to judge values: interpreted, bounded in steps, its patterns linear in time.

import type { Json } from "../value/json.ts";

export interface SchemaProblem {
  /** JSON Pointer into the judged value. */
  readonly pointer: string;
  /** The keyword that refused it. */
  readonly keyword: string;
  readonly message: string;
}

export interface Schema {
  /** The name under `schemas`, or null for one written in place. */
  readonly name: string | null;
  readonly source: Json;
  /** At most 20 problems; empty when the value fits. Running out of steps is a problem of keyword `steps`. */
  judge(value: Json): readonly SchemaProblem[];
}
