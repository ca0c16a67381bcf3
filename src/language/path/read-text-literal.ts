// A text literal of the path language: either quote, with the escapes of JSON and `\'`.

import { PathError } from "./path-error.ts";

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** Reads the literal whose quote stands at `start`; `end` is after its closing quote. Throws PathError. */
export function readTextLiteral(
  text: string,
  start: number,
): { readonly value: string; readonly end: number } {
  const quote = text.charAt(start);
  let value = "";
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === quote) return { value, end: at + 1 };
    if (character === "\n" || character === "\r") break;
    if (character !== "\\") {
      value += character;
      continue;
    }
    if (at + 1 === text.length) break;
    const letter = text.charAt(at + 1);
    if (letter === "u") {
      const digits = text.slice(at + 2, at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw badEscape(text, at, 6);
      value += String.fromCharCode(Number.parseInt(digits, 16));
      at += 5;
    } else {
      const meant = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined;
      if (meant === undefined) throw badEscape(text, at, 2);
      value += meant;
      at += 1;
    }
  }
  throw new PathError(
    "invalid_expression",
    "the text has no closing quote",
    start,
    1,
    `end it with ${quote}`,
  );
}

function badEscape(text: string, at: number, length: number): PathError {
  const fix = "the escapes are those of JSON, and \\'";
  const written = text.slice(at, at + length);
  return new PathError("invalid_expression", `\`${written}\` is not an escape`, at, written.length, fix);
}
