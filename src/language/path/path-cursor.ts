// A cursor over the words of an expression.

import type { PathNode } from "../path-syntax.ts";
import { PathError } from "./path-error.ts";
import { readToken, type Token } from "./read-token.ts";

/** `token` is the next word, not yet taken. */
export interface PathCursor {
  readonly text: string;
  /** Where the expression ends: at `}}` within a template, or at the end of the text. */
  readonly close: "braces" | "end";
  token: Token;
  /** After the last word that was taken. */
  takenEnd: number;
  /** Nesting of parentheses, lists, indexes and `not`. */
  depth: number;
}

const depthMax = 64;

export function openCursor(text: string, from: number, close: "braces" | "end"): PathCursor {
  return { text, close, token: readToken(text, from), takenEnd: from, depth: 0 };
}

/** Takes the next word. Throws PathError. */
export function advance(cursor: PathCursor): Token {
  const taken = cursor.token;
  cursor.takenEnd = taken.end;
  cursor.token = readToken(cursor.text, taken.end);
  return taken;
}

export function isMark(token: Token, mark: string): boolean {
  return token.type === "mark" && token.text === mark;
}

export function isWord(token: Token, word: string): boolean {
  return token.type === "name" && token.text === word;
}

/** Takes `mark`, which must come next, and gives the offset after it. */
export function expectMark(cursor: PathCursor, mark: string): number {
  if (isMark(cursor.token, mark)) return advance(cursor).end;
  const error = unexpected(cursor);
  throw new PathError(error.code, error.message, error.at, error.length, `\`${mark}\` is missing`);
}

/** Parses one level deeper. Throws PathError `expression_too_deep`. */
export function nested(cursor: PathCursor, parse: (cursor: PathCursor) => PathNode): PathNode {
  cursor.depth += 1;
  if (cursor.depth > depthMax) {
    const message = `the expression is nested deeper than ${depthMax}`;
    throw new PathError("expression_too_deep", message, cursor.token.start, 1);
  }
  const node = parse(cursor);
  cursor.depth -= 1;
  return node;
}

/** The error for a word that cannot stand where it stands. */
export function unexpected(cursor: PathCursor): PathError {
  const { token, close } = cursor;
  if (token.type === "end") {
    const message =
      close === "braces" ? "the expression is not closed by `}}`" : "the expression ends too early";
    return new PathError("invalid_expression", message, Math.max(0, cursor.text.length - 1), 1);
  }
  if (isMark(token, "}}") && close === "braces") {
    return new PathError("invalid_expression", "the expression ends too early", token.start, 2);
  }
  const found = cursor.text.slice(token.start, token.end);
  const fix = token.type === "mark" ? null : "an operator or a quote is missing before it";
  return new PathError(
    "invalid_expression",
    `\`${found}\` cannot stand here`,
    token.start,
    token.end - token.start,
    fix,
  );
}
