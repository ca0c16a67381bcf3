// What a decision needs of the sandbox: expressions in JSONPath or Lua, with the context that each sees.

import type { Evaluated } from "../language/workflow.ts";
import type { JsonObject } from "../value/json.ts";

export interface Need {
  /** Names the expression and its place; the same at every try until the run has gone on. */
  readonly key: string;
  readonly lang: "jsonpath" | "lua";
  readonly source: string;
  /** Built when it is asked for, since it may be large. Throws `BodyAway` for a body that is not at hand. */
  context(): JsonObject;
  /** The time that the expression is told. */
  readonly now: number;
}

/** What the sandbox made of needs, by their keys. */
export type Computed = ReadonlyMap<string, ComputedValue>;

export interface ComputedValue {
  readonly result: Evaluated;
  /** The time that the expression was told. */
  readonly now: number;
}
