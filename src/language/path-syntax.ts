// The syntax tree of the path language.

import type { Json } from "../value/json.ts";

export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not in";

/** `start` and `end` are offsets in the text that the expression was parsed from; `end` is exclusive. */
interface Span {
  readonly start: number;
  readonly end: number;
}

export interface LiteralNode extends Span {
  readonly type: "literal";
  readonly value: Json;
}

export interface ListNode extends Span {
  readonly type: "list";
  readonly items: readonly PathNode[];
}

/** A name of the context that is one whole value: `trigger`, `run`. */
export interface RootNode extends Span {
  readonly type: "root";
  readonly name: string;
}

/** `steps.<id>`. */
export interface StepNode extends Span {
  readonly type: "step";
  readonly id: string;
}

/** `secrets.<NAME>`: valid only as an expression of its own, which a template holds as a secret and never evaluates. */
export interface SecretNode extends Span {
  readonly type: "secret";
  readonly name: string;
}

/** A chain of members is one node, so that depth grows with nesting only. */
export interface MembersNode extends Span {
  readonly type: "members";
  readonly of: PathNode;
  readonly members: readonly Member[];
}

export interface Member extends Span {
  /** A name or a place in a list that is known, or an expression that gives one. */
  readonly key: string | number | PathNode;
}

export interface NotNode extends Span {
  readonly type: "not";
  readonly operand: PathNode;
}

/** Operators that take any number of operands, from the left, as far as they need to. */
export interface ChainNode extends Span {
  readonly type: "and" | "or" | "coalesce";
  readonly operands: readonly PathNode[];
}

export interface ComparisonNode extends Span {
  readonly type: "comparison";
  readonly operator: Comparison;
  readonly left: PathNode;
  readonly right: PathNode;
}

export type PathNode =
  | LiteralNode
  | ListNode
  | RootNode
  | StepNode
  | SecretNode
  | MembersNode
  | NotNode
  | ChainNode
  | ComparisonNode;
