// Finds a place within a text value in the document that holds it.

import type { ScalarNode } from "./document-node.ts";

const fold = /[ \t]*\r?\n[ \t\r\n]*/y;
const escaped = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r?\n[ \t]*|[\s\S])/y;

/** The offset in `text`, the document, of the character at `index` of the text value `node`. */
export function offsetInText(text: string, node: ScalarNode, index: number): number {
  const value = String(node.value);
  if (node.style === "double") return throughEscapes(text, node, index);
  return throughSpaces(text, node, value, index);
}

/** Walks a double-quoted text, JSON's or YAML's: escapes, and folded lines in YAML. */
function throughEscapes(text: string, node: ScalarNode, index: number): number {
  let at = node.start + 1;
  let seen = 0;
  while (at < node.end - 1 && seen < index) {
    fold.lastIndex = at;
    escaped.lastIndex = at;
    if (fold.test(text)) {
      const lines = text.slice(at, fold.lastIndex).split("\n").length - 1;
      seen += Math.max(1, lines - 1);
      at = fold.lastIndex;
    } else if (text.charAt(at) === "\\" && escaped.test(text)) {
      seen += unitsOf(text.slice(at, escaped.lastIndex));
      at = escaped.lastIndex;
    } else {
      seen += 1;
      at += 1;
    }
  }
  return Math.min(at, node.end - 1);
}

function unitsOf(written: string): number {
  if (/^\\\r?\n/.test(written)) return 0;
  return written.startsWith("\\U") && Number.parseInt(written.slice(2), 16) > 0xffff ? 2 : 1;
}

/** Aligns the characters of the value with those of the document; white space may be folded, indented or repeated. */
function throughSpaces(text: string, node: ScalarNode, value: string, index: number): number {
  let at = node.start;
  if (node.style === "single") at += 1;
  if (node.style === "block") at = Math.max(at, text.indexOf("\n", at) + 1);
  for (let seen = 0; seen < index && at < node.end; seen++) {
    const character = value.charAt(seen);
    if (isSpace(character)) continue;
    at = skipSpaces(text, at, node.end);
    at += node.style === "single" && character === "'" ? 2 : 1;
  }
  if (!isSpace(value.charAt(index))) at = skipSpaces(text, at, node.end);
  return Math.min(at, Math.max(node.start, node.end - 1));
}

function isSpace(character: string): boolean {
  return character === " " || character === "\n" || character === "\t" || character === "\r";
}

function skipSpaces(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isSpace(text.charAt(at))) at += 1;
  return at;
}
