// Adds an entry to an object of a document, refusing what would lose or harm.

import type { DocumentEntry, ObjectNode } from "./document-node.ts";
import { placeOfKey } from "./place-of.ts";
import { addProblem, type Report } from "./report.ts";

const unsafeKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** `seen` holds the keys of `node` so far. A refused entry is reported and left out. */
export function addEntry(report: Report, node: ObjectNode, seen: Set<string>, entry: DocumentEntry): void {
  if (unsafeKeys.has(entry.key)) {
    addProblem(report, "unsafe_key", placeOfKey(entry), `an object may not have the key \`${entry.key}\``);
  } else if (seen.has(entry.key)) {
    addProblem(
      report,
      "duplicate_key",
      placeOfKey(entry),
      `\`${entry.key}\` stands twice in this object`,
      "remove or rename one",
    );
  } else {
    seen.add(entry.key);
    node.entries.push(entry);
  }
}
