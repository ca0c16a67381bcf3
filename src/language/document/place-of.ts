// Places of nodes, of keys and of parts of texts, for the report.

import { type DocumentEntry, type DocumentNode, pointerTo, type ScalarNode } from "./document-node.ts";
import { offsetInText } from "./offset-in-text.ts";
import type { Place, Report } from "./report.ts";

export function placeOf(node: DocumentNode): Place {
  return { pointer: pointerTo(node), start: node.start, end: node.end };
}

/** The place of an entry's key; its pointer is that of the value. */
export function placeOfKey(entry: DocumentEntry): Place {
  return { pointer: pointerTo(entry.value), start: entry.keyStart, end: entry.keyEnd };
}

/** The place of the characters from `start` to `end` of the text value `node`. */
export function placeInText(report: Report, node: ScalarNode, start: number, end: number): Place {
  const from = offsetInText(report.text, node, start, report.walk);
  const last = offsetInText(report.text, node, Math.max(start, end - 1), from.walk);
  report.walk = from.walk;
  return { pointer: pointerTo(node), start: from.offset, end: last.offset + 1 };
}
