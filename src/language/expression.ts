// A compiled expression and what it is evaluated over.

import type { Json } from "../value/json.ts";
import type { PathNode } from "./path-syntax.ts";

/** Other languages follow; their values come from a sandbox. */
export interface Expression {
  readonly lang: "path";
  readonly source: string;
  readonly root: PathNode;
}

/**
 * The context of an evaluation. Roots other than steps are whole values (`trigger`, `run`, later `item`, `acc` …);
 * a step is asked for by its id, so that nobody builds a view of all steps for one member.
 */
export interface Scope {
  /** The value of a root name, or undefined when this place has no such name. */
  root(name: string): Json | undefined;
  /** `{status, output, response: {status, headers, body} | null, error: {code, message, …} | null}`, or undefined. */
  step(id: string): Json | undefined;
}
