// The steps that the text of an expression in JSONPath or Lua names.

interface NamedStep {
  readonly id: string;
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
}

const member = /\bsteps['"]?\]?\s*(?:\.\s*([A-Za-z_][A-Za-z0-9_-]*)|\[\s*(?:"([^"\\]*)"|'([^'\\]*)')\s*\])/g;

/** Steps named as they stand: `steps.a`, `steps["a"]`, `$['steps']['a']`. What is put together at run time is not seen. */
export function stepsNamedIn(source: string): readonly NamedStep[] {
  return [...source.matchAll(member)].map((found) => ({
    id: (found[1] ?? found[2] ?? found[3]) as string,
    start: found.index,
    end: found.index + found[0].length,
  }));
}
