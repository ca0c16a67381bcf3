// The keys of a document and where they stand, read also from a text that is broken because somebody is typing it.

import { type OpenFlow, scanFlow } from "./scan-flow.ts";

export type DocumentFormat = "json" | "yaml";

export interface TextKey {
  /** Keys and numbers of entries, from the root. */
  readonly path: readonly string[];
  /** Of the key itself; an entry of a list that is no object has none, and begins where its value does. */
  readonly from: number;
  readonly to: number;
  /** Where the value begins. */
  readonly value: number;
  /** Where the value ends in its line; of a value over several lines, where its first line ends. */
  readonly end: number;
}

/** How a text ends, for who goes on writing there. */
export interface TextEnd {
  readonly open: readonly OpenBlock[];
  /** Open braces and brackets, the outermost first; null where there are none. */
  readonly flow: readonly OpenFlow[] | null;
  /** Lines that are indented more than this belong to a text of several lines. */
  readonly literalAbove: number;
}

export interface OpenBlock {
  readonly indent: number;
  readonly path: readonly string[];
  /** Entries so far, where it is a list. */
  entries: number;
}

const keyed =
  /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'#[\]{},&*!|>%@`-][^#]*?|-[^\s#:][^#]*?)\s*:(?=\s|$)[ \t]*/;

export function unquote(text: string): string {
  if (text.startsWith('"')) {
    try {
      return JSON.parse(text) as string;
    } catch {
      return text.slice(1, -1);
    }
  }
  return text.startsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : text;
}

/** In the order of the text. Lines end with `\n`. */
export function keysOf(text: string, format: DocumentFormat): readonly TextKey[] {
  const keys: TextKey[] = [];
  if (format === "json") {
    const start = text.search(/\S/);
    if (start >= 0) scanFlow(text, start, { path: [], keys });
    return keys;
  }
  readBlocks(text, keys);
  return keys;
}

/** @param keys takes what is found */
export function readBlocks(text: string, keys: TextKey[]): TextEnd {
  const open: OpenBlock[] = [{ indent: -1, path: [], entries: 0 }];
  const ended: { flow: readonly OpenFlow[] | null } = { flow: null };
  let literalAbove = Number.POSITIVE_INFINITY;
  let at = 0;
  while (at < text.length) {
    const end = lineEnd(text, at);
    const indent = indentAt(text, at, end);
    const empty = at + indent >= end;
    if (!empty && indent <= literalAbove) literalAbove = Number.POSITIVE_INFINITY;
    const skipped = empty || indent > literalAbove || text[at + indent] === "#";
    const read = skipped ? null : readLine(text, { at, indent, end }, { open, keys, ended });
    if (read?.literal !== undefined && read.literal !== null) literalAbove = read.literal;
    at = lineEnd(text, read?.at ?? at) + 1;
  }
  return { open, flow: ended.flow, literalAbove };
}

interface Reading {
  readonly open: OpenBlock[];
  readonly keys: TextKey[];
  readonly ended: { flow: readonly OpenFlow[] | null };
}

interface Line {
  readonly at: number;
  readonly indent: number;
  readonly end: number;
}

interface ReadLine {
  /** How far was read. */
  readonly at: number;
  /** The indent of a key whose value is a text of the lines below that are deeper. */
  readonly literal: number | null;
}

function readLine(text: string, { at, indent, end }: Line, reading: Reading): ReadLine {
  const { open, keys } = reading;
  let column = indent;
  while (text[at + column] === "-" && /\s/.test(text[at + column + 1] ?? " ")) {
    const list = closeTo(open, column, true);
    open.push({ indent: column, path: [...list.path, String(list.entries++)], entries: 0 });
    const rest = /^\s*/.exec(text.slice(at + column + 1, end))?.[0].length ?? 0;
    column += 1 + rest;
  }
  const start = at + column;
  const rest = text.slice(start, end);
  const found = keyed.exec(rest);
  if (found === null) {
    const parent = open.at(-1);
    const entry = column > indent && parent !== undefined;
    if (!entry || rest === "") return { at, literal: null };
    keys.push({ path: parent.path, from: start, to: start, value: start, end: valueEnd(text, start, end) });
    return {
      at: flowFrom(text, start, parent.path, reading) ?? at,
      literal: /^[|>]/.test(rest) ? indent : null,
    };
  }
  const parent = closeTo(open, column, false);
  const path = [...parent.path, unquote(found[1] ?? "")];
  const value = start + found[0].length;
  keys.push({
    path,
    from: start,
    to: start + (found[1]?.length ?? 0),
    value,
    end: valueEnd(text, value, end),
  });
  open.push({ indent: column, path, entries: 0 });
  const literal = /^[|>]/.test(text.slice(value, end)) ? column : null;
  return { at: flowFrom(text, value, path, reading) ?? at, literal };
}

/** What a line at `column` belongs to. A list may stand at the column of the key that holds it. */
function closeTo(open: OpenBlock[], column: number, entry: boolean): OpenBlock {
  while (open.length > 1) {
    const last = open.at(-1) as OpenBlock;
    const isEntry = /^\d+$/.test(last.path.at(-1) ?? "");
    if (last.indent < column || (entry && last.indent === column && !isEntry)) return last;
    open.pop();
  }
  return open[0] as OpenBlock;
}

function flowFrom(text: string, at: number, path: readonly string[], reading: Reading): number | null {
  const first = text[at];
  if (first !== "{" && first !== "[") return null;
  const onOpen = (open: readonly OpenFlow[]) => {
    reading.ended.flow = open;
  };
  return scanFlow(text, at, { path, keys: reading.keys, onOpen });
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

function indentAt(text: string, at: number, end: number): number {
  let indent = 0;
  while (at + indent < end && (text[at + indent] === " " || text[at + indent] === "\r")) indent++;
  return indent;
}

/** Without a comment and the white space before it. */
function valueEnd(text: string, value: number, end: number): number {
  const line = text.slice(value, end);
  const quoted = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/.exec(line)?.[0];
  return value + (quoted ?? line.replace(/(?:^|\s+)#.*$/, "").trimEnd()).length;
}
