// A JSON Schema (2020-12) ready to judge values: interpreted, bounded in steps, its patterns linear in time.

import type { Json } from "../value/json.ts";

/** The keyword of the one problem of a value that was not judged to its end. */
export const tooMuchWork = "steps";

export interface SchemaProblem {
  /** JSON Pointer into the judged value. */
  readonly pointer: string;
  /** The keyword that refused it. */
  readonly keyword: string;
  readonly message: string;
}

/** What is said of a body that a caller sent to `what`, whose schema has these problems with it. */
export function misfitMessage([first]: readonly SchemaProblem[], what: string): string {
  if (first?.keyword === tooMuchWork)
    return `the body takes too much work to be judged by the schema of ${what}`;
  return `the body does not fit the schema of ${what}`;
}

export interface Schema {
  /** The name under `schemas`, or null for one written in place. */
  readonly name: string | null;
  readonly source: Json;
  /** At most 20 problems; empty when the value fits. Running out of steps is a problem of keyword `tooMuchWork`. */
  judge(value: Json): readonly SchemaProblem[];
}
