// Parses the path language: loosest first `or`, `and`, `not`, comparison, `??`, members, and what stands alone.

import { parseOperand } from "./path/parse-operand.ts";
import {
  advance,
  isMark,
  isWord,
  nested,
  openCursor,
  type PathCursor,
  unexpected,
} from "./path/path-cursor.ts";
import { PathError } from "./path/path-error.ts";
import type { Token } from "./path/read-token.ts";
import type { Comparison, PathNode } from "./path-syntax.ts";

type ParsedPath =
  /** `end` is the offset after the expression and, in a template, after its closing braces. */
  | { readonly ok: true; readonly root: PathNode; readonly end: number }
  | { readonly ok: false; readonly error: PathError };

const comparisons: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);

/**
 * Parses the expression that begins at `from`. `close` says where it ends: at `}}` within a template, or at the end of
 * the text. Error codes: `invalid_expression`, `expression_too_deep`, `number_out_of_range`, `dynamic_step`, `secret_not_named`.
 */
export function parsePath(text: string, from: number, close: "braces" | "end"): ParsedPath {
  try {
    const cursor = openCursor(text, from, close);
    const first = cursor.token;
    if (first.type === "end" || isMark(first, "}}")) {
      const message =
        first.type === "end" && close === "braces" ? "`{{` is not closed by `}}`" : "there is no expression";
      throw new PathError(
        "invalid_expression",
        message,
        Math.max(0, from - 2),
        first.end - Math.max(0, from - 2),
      );
    }
    const root = parseOr(cursor);
    const last = cursor.token;
    if (close === "braces" ? !isMark(last, "}}") : last.type !== "end") throw unexpected(cursor);
    return { ok: true, root, end: last.end };
  } catch (error) {
    if (error instanceof PathError) return { ok: false, error };
    throw error;
  }
}

function parseOr(cursor: PathCursor): PathNode {
  return parseChain(cursor, "or", (token) => isWord(token, "or"), parseAnd);
}

function parseAnd(cursor: PathCursor): PathNode {
  return parseChain(cursor, "and", (token) => isWord(token, "and"), parseNot);
}

function parseNot(cursor: PathCursor): PathNode {
  if (!isWord(cursor.token, "not")) return parseComparison(cursor);
  const { start } = advance(cursor);
  const operand = nested(cursor, parseNot);
  return { type: "not", operand, start, end: operand.end };
}

function parseComparison(cursor: PathCursor): PathNode {
  const left = parseCoalesce(cursor);
  const operator = takeComparison(cursor);
  if (operator === null) return left;
  const right = parseCoalesce(cursor);
  const { start, end } = cursor.token;
  if (takeComparison(cursor) !== null) {
    const fix = "join two comparisons by `and`, or put one in parentheses";
    throw new PathError("invalid_expression", "comparisons do not chain", start, end - start, fix);
  }
  return { type: "comparison", operator, left, right, start: left.start, end: right.end };
}

function takeComparison(cursor: PathCursor): Comparison | null {
  const { token } = cursor;
  if (token.type === "mark" && comparisons.has(token.text)) return advance(cursor).text as Comparison;
  if (isWord(token, "in")) {
    advance(cursor);
    return "in";
  }
  if (!isWord(token, "not")) return null;
  advance(cursor);
  if (!isWord(cursor.token, "in")) {
    throw new PathError(
      "invalid_expression",
      "`in` must follow `not` here",
      token.start,
      3,
      "write `not in`",
    );
  }
  advance(cursor);
  return "not in";
}

function parseCoalesce(cursor: PathCursor): PathNode {
  return parseChain(cursor, "coalesce", (token) => isMark(token, "??"), parseValue);
}

function parseChain(
  cursor: PathCursor,
  type: "and" | "or" | "coalesce",
  isOperator: (token: Token) => boolean,
  parseNext: (cursor: PathCursor) => PathNode,
): PathNode {
  const first = parseNext(cursor);
  if (!isOperator(cursor.token)) return first;
  const operands = [first];
  while (isOperator(cursor.token)) {
    advance(cursor);
    operands.push(parseNext(cursor));
  }
  return { type, operands, start: first.start, end: (operands.at(-1) as PathNode).end };
}

function parseValue(cursor: PathCursor): PathNode {
  return parseOperand(cursor, parseOr);
}
