// The words of the path language.

import { exactNumber } from "../../value/exact-number.ts";
import type { Json } from "../../value/json.ts";
import { PathError } from "./path-error.ts";
import { readTextLiteral } from "./read-text-literal.ts";

export interface Token {
  readonly type: "name" | "literal" | "mark" | "end";
  /** The name, or the mark. */
  readonly text: string;
  /** Of a literal. */
  readonly value: Json;
  readonly start: number;
  readonly end: number;
}

const blank = /[ \t\r\n]*/y;
const name = /[A-Za-z_][A-Za-z0-9_-]*/y;
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const mark = /==|!=|<=|>=|\?\?|\}\}|[<>()[\].,]/y;

/** What people write who come from other languages, and what to write here. */
const foreign: readonly (readonly [RegExp, string])[] = [
  [/&&/y, "write `and`"],
  [/\|\|/y, "write `or`, or `??` for the first that is not null"],
  [/\|/y, "there are no filters"],
  [/!/y, "write `not`"],
  [/=/y, "write `==` to compare"],
  [/\?/y, "write `??` for the first that is not null, or `when` for a condition"],
  [/[+*/%-]/y, "there is no arithmetic"],
  [/[\u2018\u2019\u201c\u201d]/y, "write straight quotes: \" or '"],
  [/[$@]/y, 'write a name with such a character as `["$name"]`'],
  [/\}/y, "`}}` is missing: an expression ends with it"],
  [/\{/y, "an expression has no objects; write the object in the document around it"],
];

/** The token at or after `from`. Throws PathError. */
export function readToken(text: string, from: number): Token {
  const start = skip(blank, text, from);
  if (start >= text.length) return { type: "end", text: "", value: null, start, end: start };
  const first = text.charAt(start);
  if (first === '"' || first === "'") {
    const { value, end } = readTextLiteral(text, start);
    return { type: "literal", text: "", value, start, end };
  }
  const nameEnd = skip(name, text, start);
  if (nameEnd > start)
    return { type: "name", text: text.slice(start, nameEnd), value: null, start, end: nameEnd };
  const numberEnd = skip(number, text, start);
  if (numberEnd > start) return readNumber(text, start, numberEnd);
  const markEnd = skip(mark, text, start);
  if (markEnd > start)
    return { type: "mark", text: text.slice(start, markEnd), value: null, start, end: markEnd };
  throw unknownCharacter(text, start);
}

function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

function readNumber(text: string, start: number, end: number): Token {
  const source = text.slice(start, end);
  const tail = skip(/[A-Za-z0-9_-]+/y, text, end);
  if (tail > end) {
    throw new PathError(
      "invalid_expression",
      `\`${text.slice(start, tail)}\` is not a number`,
      start,
      tail - start,
    );
  }
  const double = Number(source);
  if (!Number.isFinite(double)) {
    throw new PathError(
      "number_out_of_range",
      `${source} is beyond the range of a double`,
      start,
      end - start,
    );
  }
  return { type: "literal", text: source, value: exactNumber(double, source), start, end };
}

function unknownCharacter(text: string, start: number): PathError {
  for (const [pattern, fix] of foreign) {
    const end = skip(pattern, text, start);
    if (end > start) {
      return new PathError(
        "invalid_expression",
        `\`${text.slice(start, end)}\` means nothing here`,
        start,
        end - start,
        fix,
      );
    }
  }
  const character = String.fromCodePoint(text.codePointAt(start) as number);
  const fix = 'names have letters, digits, `_` and `-`; write any other as `["the name"]`';
  return new PathError(
    "invalid_expression",
    `\`${character}\` means nothing here`,
    start,
    character.length,
    fix,
  );
}
