// Finds a place within a text value in the document that holds it.

import type { ScalarNode } from "./document-node.ts";

/** How far a value was walked: the character at `seen` of its text stands at `at` of the document, or behind white space. */
export interface Walk {
  readonly node: ScalarNode;
  readonly seen: number;
  readonly at: number;
}

const fold = /[ \t]*\r?\n[ \t\r\n]*/y;
const spaces = /[ \t]+/y;
const escaped = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r?\n[ \t]*|[\s\S])/y;

/**
 * The offset in `text`, the document, of the character at `index` of the text value `node`. A walk that came less far is
 * taken up again, so that many places of one long text take one walk.
 */
export function offsetInText(
  text: string,
  node: ScalarNode,
  index: number,
  before: Walk | null,
): { readonly offset: number; readonly walk: Walk } {
  const from =
    before !== null && before.node === node && before.seen <= index ? before : beginning(text, node);
  const walk = node.style === "double" ? throughEscapes(text, from, index) : throughSpaces(text, from, index);
  const inSpaces = node.style === "double" || isSpace(String(node.value).charAt(index));
  const at = inSpaces ? walk.at : skipSpaces(text, walk.at, node.end);
  return { offset: Math.min(at, Math.max(node.start, node.end - 1)), walk };
}

function beginning(text: string, node: ScalarNode): Walk {
  if (node.style === "block")
    return { node, seen: 0, at: Math.max(node.start, text.indexOf("\n", node.start) + 1) };
  return { node, seen: 0, at: node.style === "plain" || node.style === "flow" ? node.start : node.start + 1 };
}

/** Walks a double-quoted text, JSON's or YAML's: escapes, and folded lines in YAML. */
function throughEscapes(text: string, { node, ...from }: Walk, index: number): Walk {
  let { at, seen } = from;
  while (at < node.end - 1 && seen < index) {
    const character = text.charAt(at);
    const foldEnd = isSpace(character) ? endOf(fold, text, at) : at;
    if (foldEnd > at) {
      const lines = text.slice(at, foldEnd).split("\n").length - 1;
      seen += Math.max(1, lines - 1);
      at = foldEnd;
    } else if (isSpace(character)) {
      const length = Math.min(endOf(spaces, text, at) - at, index - seen);
      seen += length;
      at += length;
    } else if (character === "\\") {
      const end = endOf(escaped, text, at);
      seen += unitsOf(text.slice(at, end));
      at = end;
    } else {
      seen += 1;
      at += 1;
    }
  }
  return { node, seen, at };
}

function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

function unitsOf(written: string): number {
  if (/^\\\r?\n/.test(written)) return 0;
  return written.startsWith("\\U") && Number.parseInt(written.slice(2), 16) > 0xffff ? 2 : 1;
}

/** Aligns the characters of the value with those of the document; white space may be folded, indented or repeated. */
function throughSpaces(text: string, { node, ...from }: Walk, index: number): Walk {
  const value = String(node.value);
  let { at, seen } = from;
  for (; seen < index && at < node.end; seen++) {
    const character = value.charAt(seen);
    if (isSpace(character)) continue;
    at = skipSpaces(text, at, node.end);
    at += node.style === "single" && character === "'" ? 2 : 1;
  }
  return { node, seen, at };
}

function isSpace(character: string): boolean {
  return character === " " || character === "\n" || character === "\t" || character === "\r";
}

function skipSpaces(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isSpace(text.charAt(at))) at += 1;
  return at;
}
