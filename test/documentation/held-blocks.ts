// Blocks of pages that are executed by a test of their own, and say so: `<!-- held by FILE -->` stands before each.

import type { Part } from "./read-page.ts";

export interface HeldBlock {
  readonly line: number;
  /** The test's file. */
  readonly by: string;
}

/** Throws for a comment that no block follows. */
export function heldBlocks(page: string, parts: readonly Part[]): readonly HeldBlock[] {
  return parts.flatMap((part, index) => {
    const by = holderOf(part);
    if (by === null) return [];
    if (parts[index + 1]?.type !== "block") throw new Error(`${page}:${part.line}: no block follows`);
    return [{ line: part.line, by }];
  });
}

/** What is left for whoever plays the page. */
export function notHeld(parts: readonly Part[]): readonly Part[] {
  return parts.filter((part, index) => {
    const before = parts[index - 1];
    return holderOf(part) === null && (before === undefined || holderOf(before) === null);
  });
}

function holderOf(part: Part): string | null {
  if (part.type !== "comment" || part.kind !== "held") return null;
  return /^ by (\S+) $/.exec(part.text)?.[1] ?? null;
}
