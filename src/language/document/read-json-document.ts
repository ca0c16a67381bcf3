// Reads a JSON document strictly (RFC 8259), keeping the place of every key and value.

import { limits } from "../../value/limits.ts";
import type { ProblemCode } from "../document-problems.ts";
import { addEntry } from "./add-entry.ts";
import type { DocumentNode, ListNode, ObjectNode, ScalarNode } from "./document-node.ts";
import { readNumberNode } from "./read-number-node.ts";
import { addProblem, type Report } from "./report.ts";

type Parent = ListNode | ObjectNode | null;

interface JsonCursor {
  readonly report: Report;
  readonly text: string;
  at: number;
  depth: number;
}

/** Ends the reading: what follows a mistake of syntax cannot be understood. */
class Unreadable extends Error {
  readonly code: ProblemCode;
  readonly start: number;
  readonly end: number;
  readonly fix: string | null;

  constructor(code: ProblemCode, message: string, start: number, end: number, fix: string | null) {
    super(message);
    this.code = code;
    this.start = start;
    this.end = end;
    this.fix = fix;
  }
}

const blank = /[ \t\r\n]*/y;
/** A text in quotes: without escapes, and with them. Its characters are those from the space on (RFC 8259, section 7). */
const plainText = /"[ !#-[\]-\uffff]*"/y;
const anyText = /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*"/y;
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const word = /[A-Za-z_][A-Za-z0-9_]*/y;
const words: Readonly<Record<string, null | boolean>> = { null: null, true: true, false: false };

/** The root of the document, or null when it cannot be read: the report then says why. */
export function readJsonDocument(report: Report): DocumentNode | null {
  const { text } = report;
  const cursor: JsonCursor = { report, text, at: text.startsWith("\ufeff") ? 1 : 0, depth: 0 };
  try {
    const root = readValue(cursor, null, "");
    skipBlank(cursor);
    if (cursor.at < text.length) throw unreadable(cursor, "there is more after the end of the document");
    return root;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    addProblem(
      report,
      error.code,
      { pointer: "", start: error.start, end: error.end },
      error.message,
      error.fix,
    );
    return null;
  }
}

function readValue(cursor: JsonCursor, parent: Parent, key: string | number): DocumentNode {
  skipBlank(cursor);
  const { text, at } = cursor;
  switch (text.charAt(at)) {
    case "{":
      return readObject(cursor, parent, key);
    case "[":
      return readList(cursor, parent, key);
    case '"':
      return scalar(cursor, at, readText(cursor), parent, key, "double");
  }
  const numberEnd = endOf(number, text, at);
  if (numberEnd > at) {
    cursor.at = numberEnd;
    refuseTail(cursor, at);
    return readNumberNode(cursor.report, text.slice(at, numberEnd), {
      type: "scalar",
      style: "flow",
      value: 0,
      start: at,
      end: numberEnd,
      parent,
      key,
    });
  }
  const wordEnd = endOf(word, text, at);
  const found = text.slice(at, wordEnd);
  if (!Object.hasOwn(words, found)) throw unexpected(cursor, "a value is expected");
  cursor.at = wordEnd;
  return scalar(cursor, at, words[found] as null | boolean, parent, key, "flow");
}

function scalar(
  cursor: JsonCursor,
  start: number,
  value: string | null | boolean,
  parent: Parent,
  key: string | number,
  style: ScalarNode["style"],
): ScalarNode {
  return { type: "scalar", style, value, start, end: cursor.at, parent, key };
}

function readObject(cursor: JsonCursor, parent: Parent, key: string | number): ObjectNode {
  const node: ObjectNode = { type: "object", entries: [], start: cursor.at, end: cursor.at, parent, key };
  const seen = new Set<string>();
  enter(cursor);
  if (!takeEnd(cursor, "}")) {
    do {
      skipBlank(cursor);
      const keyStart = cursor.at;
      if (cursor.text.charAt(keyStart) !== '"')
        throw unexpected(cursor, "a key in double quotes is expected");
      const name = readText(cursor);
      const keyEnd = cursor.at;
      take(cursor, ":");
      const value = readValue(cursor, node, name);
      addEntry(cursor.report, node, seen, { key: name, keyStart, keyEnd, value });
    } while (takeComma(cursor, "}"));
    take(cursor, "}");
  }
  cursor.depth -= 1;
  node.end = cursor.at;
  return node;
}

function readList(cursor: JsonCursor, parent: Parent, key: string | number): ListNode {
  const node: ListNode = { type: "list", items: [], start: cursor.at, end: cursor.at, parent, key };
  enter(cursor);
  if (!takeEnd(cursor, "]")) {
    do node.items.push(readValue(cursor, node, node.items.length));
    while (takeComma(cursor, "]"));
    take(cursor, "]");
  }
  cursor.depth -= 1;
  node.end = cursor.at;
  return node;
}

function readText(cursor: JsonCursor): string {
  const { text, at } = cursor;
  const plainEnd = endOf(plainText, text, at);
  if (plainEnd > at) {
    cursor.at = plainEnd;
    return text.slice(at + 1, plainEnd - 1);
  }
  const end = endOf(anyText, text, at);
  if (end === at) throw brokenText(cursor);
  cursor.at = end;
  return JSON.parse(text.slice(at, end)) as string;
}

function brokenText(cursor: JsonCursor): Unreadable {
  const good = /[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*/y;
  const at = endOf(good, cursor.text, cursor.at + 1);
  if (cursor.text.charAt(at) === "\\") {
    return new Unreadable(
      "invalid_json",
      "this is not an escape of JSON",
      at,
      at + 2,
      'the escapes are \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX',
    );
  }
  if (at < cursor.text.length) {
    const fix = "write a line break as \\n and a tab as \\t";
    return new Unreadable(
      "invalid_json",
      "a text has a line break or another control character",
      at,
      at + 1,
      fix,
    );
  }
  return new Unreadable("invalid_json", "the text has no closing quote", cursor.at, cursor.at + 1, null);
}

function enter(cursor: JsonCursor): void {
  cursor.depth += 1;
  if (cursor.depth > limits.document_depth) {
    const message = `objects and lists are nested deeper than ${limits.document_depth}`;
    throw new Unreadable("document_too_deep", message, cursor.at, cursor.at + 1, null);
  }
  cursor.at += 1;
}

function take(cursor: JsonCursor, mark: string): void {
  skipBlank(cursor);
  if (cursor.text.charAt(cursor.at) !== mark) throw unexpected(cursor, `\`${mark}\` is expected`);
  cursor.at += 1;
}

function takeEnd(cursor: JsonCursor, mark: string): boolean {
  skipBlank(cursor);
  if (cursor.text.charAt(cursor.at) !== mark) return false;
  cursor.at += 1;
  return true;
}

function takeComma(cursor: JsonCursor, end: string): boolean {
  skipBlank(cursor);
  const comma = cursor.at;
  if (cursor.text.charAt(comma) !== ",") return false;
  cursor.at += 1;
  skipBlank(cursor);
  if (cursor.text.charAt(cursor.at) === end) {
    throw new Unreadable("invalid_json", "a comma stands before the end", comma, comma + 1, "remove it");
  }
  return true;
}

function refuseTail(cursor: JsonCursor, start: number): void {
  const tail = endOf(/[A-Za-z0-9_.+-]+/y, cursor.text, cursor.at);
  if (tail === cursor.at) return;
  const found = cursor.text.slice(start, tail);
  throw new Unreadable("invalid_json", `\`${found}\` is not a number of JSON`, start, tail, null);
}

function unexpected(cursor: JsonCursor, expected: string): Unreadable {
  const { text, at } = cursor;
  if (at >= text.length) return unreadable(cursor, `the document ends too early: ${expected}`);
  if (text.startsWith("//", at) || text.startsWith("/*", at))
    return unreadable(cursor, "JSON has no comments", "write YAML if you want comments");
  if (text.charAt(at) === "'") return unreadable(cursor, expected, "JSON takes double quotes only");
  return unreadable(cursor, expected);
}

function unreadable(cursor: JsonCursor, message: string, fix: string | null = null): Unreadable {
  const end = Math.max(cursor.at + 1, endOf(word, cursor.text, cursor.at));
  return new Unreadable("invalid_json", message, cursor.at, end, fix);
}

function skipBlank(cursor: JsonCursor): void {
  cursor.at = endOf(blank, cursor.text, cursor.at);
}

function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}
