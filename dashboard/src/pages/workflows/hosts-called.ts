// The hosts that the steps of a workflow call, as far as the document says them.

import type { GraphNode } from "dispatched/language";

const address = /https?:\/\/([^/\s?#]+)/g;

/** Each once, in the order of the steps; where a host is computed, the expression as it is written. */
export function hostsCalled(steps: readonly GraphNode[]): readonly string[] {
  const texts = steps.flatMap(({ does, notes }) => [
    does,
    ...notes.filter((note) => note.startsWith("undone by")),
  ]);
  return [...new Set(texts.flatMap((text) => [...text.matchAll(address)].map(([, host]) => host ?? "")))];
}
