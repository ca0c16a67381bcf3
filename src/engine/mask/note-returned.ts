// Which secrets an answer has in it as they are, so that their names mean them where they are shown in their place.

import type { Work } from "../slices.ts";
import type { Span } from "./spans.ts";

export interface Returned {
  note(text: string, spans: readonly Span[]): Work<void>;
  readonly names: readonly string[];
}

/** Marks that are looked at without a break. */
const yieldEvery = 1_000;
const shown = /\[secret ([A-Z][A-Z0-9_]*)\]/g;

/**
 * Told of every text that is masked. Where a service itself writes what a mask looks like, as a text or within a word of
 * it, and so maybe of an address, nobody could tell the one from the other: that name means nothing then.
 */
export function noteReturned(): Returned {
  const found = new Set<string>();
  const written = new Set<string>();
  return {
    *note(text, spans) {
      for (const { name, exact } of spans) if (exact && name !== "") found.add(name);
      let looked = 0;
      for (const { 0: mark, 1: name = "", index } of text.matchAll(shown)) {
        if (++looked % yieldEvery === 0) yield;
        const beside = text.charAt(index - 1) + text.charAt(index + mark.length);
        if (mark === text || /\S/.test(beside)) written.add(name);
      }
    },
    get names() {
      return [...found].filter((name) => !written.has(name));
    },
  };
}
