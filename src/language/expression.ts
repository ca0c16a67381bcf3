// A compiled expression and what it is evaluated over.

import type { Json } from "../value/json.ts";
import type { Work } from "./evaluate/work.ts";
import type { PathNode } from "./path-syntax.ts";
import type { Evaluated } from "./workflow.ts";

export type Expression = PathExpression | SandboxExpression;

export interface PathExpression {
  readonly lang: "path";
  readonly source: string;
  readonly root: PathNode;
}

/** Evaluated in a sandbox process, outside of the pure core. */
export interface SandboxExpression {
  readonly lang: "jsonpath" | "lua";
  readonly source: string;
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
  /** Whether members of these values may be stored bodies, which can be passed on unread. */
  readonly stores?: boolean;
  /** What evaluations over this scope may do together; without it each may do as much by itself. */
  readonly work?: Work;
  /**
   * What the sandbox made of an expression; undefined when it has not been asked yet, in which case the scope remembers
   * that it must be and the evaluation's result is worth nothing.
   */
  computed?(expression: SandboxExpression): Evaluated | undefined;
}
