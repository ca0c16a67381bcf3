// Where in a document somebody is writing: which object or value it is, also while the text is broken.

import { type OpenFlow, pathIn, scanFlow } from "./scan-flow.ts";
import { type DocumentFormat, type OpenBlock, readBlocks } from "./text-keys.ts";

export interface Spot {
  /** Of the object in which a key is being written, or of the value. */
  readonly path: readonly string[];
  /** `either`: an entry of a list that may become a value, or an object. */
  readonly place: "key" | "value" | "either";
  /** What has been written of the key or value, without a quote at its beginning. */
  readonly word: string;
  /** The quote with which it begins, or empty. */
  readonly quote: string;
}

/** @param at an offset; what comes after it is not looked at */
export function spotAt(text: string, at: number, format: DocumentFormat): Spot {
  const before = text.slice(0, at);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  if (format === "json") {
    const start = before.search(/\S/);
    let flow: readonly OpenFlow[] = [];
    const onOpen = (open: readonly OpenFlow[]) => {
      flow = open;
    };
    if (start >= 0) scanFlow(before, start, { path: [], keys: [], onOpen });
    return flowSpot(flow, line);
  }
  const { open, flow, literalAbove } = readBlocks(before, []);
  if (flow !== null && flow.length > 0) return flowSpot(flow, line);
  return blockSpot(line, open, literalAbove);
}

function flowSpot(flow: readonly OpenFlow[], line: string): Spot {
  const last = flow.at(-1);
  if (last === undefined) return { path: [], place: "key", ...wordOf("") };
  // Whole texts are over; what is open at the end is being written.
  const open = line.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, (whole) => ",".repeat(whole.length));
  const written = /(?:["'].*|[^\s{}[\],:"']*)$/.exec(open)?.[0] ?? "";
  if (last.type === "object" && last.key === null)
    return { path: last.path, place: "key", ...wordOf(written) };
  return { path: pathIn(last), place: last.type === "list" ? "either" : "value", ...wordOf(written) };
}

function wordOf(written: string): Pick<Spot, "word" | "quote"> {
  const quote = /^["']/.exec(written)?.[0] ?? "";
  return { word: written.slice(quote.length), quote };
}

const lineParts = /^(\s*(?:-\s+)*)(.*)$/s;
const keyAndValue = /^("(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'#[\]{},&*!|>%@`][^#]*?)\s*:(?:\s+|$)(.*)$/s;

function blockSpot(line: string, open: readonly OpenBlock[], literalAbove: number): Spot {
  const indent = /^ */.exec(line)?.[0].length ?? 0;
  const last = open.at(-1);
  if (last !== undefined && indent > literalAbove && line.trim() !== "") {
    return { path: last.path, place: "value", word: line.trimStart(), quote: "" };
  }
  const [, lead = "", rest = ""] = lineParts.exec(line) ?? [];
  const pair = keyAndValue.exec(rest);
  const entry = lead.includes("-");
  // What stands in the line is open already; a line that is only begun belongs to what is less indented.
  if (pair !== null && last !== undefined)
    return { path: last.path, place: "value", ...wordOf(pair[2] ?? "") };
  const holder = open.findLast((one) => one.indent < lead.length) ?? open[0];
  return { path: holder?.path ?? [], place: entry ? "either" : "key", ...wordOf(rest) };
}
