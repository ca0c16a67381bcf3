// Reads a page of the documentation: its code blocks, the comments for the test, and its tables, in their order.

export type Part =
  | { readonly type: "block"; readonly line: number; readonly info: string; readonly text: string }
  /** `<!-- test … -->`: what the test is told and the reader need not see. */
  | { readonly type: "comment"; readonly line: number; readonly kind: string; readonly text: string }
  | { readonly type: "table"; readonly line: number; readonly rows: readonly (readonly string[])[] }
  | { readonly type: "heading"; readonly line: number; readonly text: string };

/** Comments begin with their kind: `<!-- test` or `<!-- fields`. */
export function readPage(text: string): readonly Part[] {
  const lines = text.split("\n");
  const parts: Part[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = at + 1;
    const first = lines[at] ?? "";
    const fence = /^```(.*)$/.exec(first);
    const comment = /^<!-- ?(\w+):?(.*)$/.exec(first);
    if (fence !== null) {
      const end = lines.indexOf("```", at + 1);
      if (end < 0) throw new Error(`line ${line}: the block has no end`);
      parts.push({ type: "block", line, info: fence[1] ?? "", text: linesOf(lines, at + 1, end) });
      at = end + 1;
    } else if (comment !== null) {
      const end = lines.findIndex((each, index) => index >= at && each.includes("-->"));
      if (end < 0) throw new Error(`line ${line}: the comment has no end`);
      const inner = [comment[2] ?? "", ...lines.slice(at + 1, end + 1)].join("\n");
      parts.push({ type: "comment", line, kind: comment[1] ?? "", text: inner.replace(/-->[\s\S]*$/, "") });
      at = end + 1;
    } else if (first.startsWith("|")) {
      const end = lines.findIndex((each, index) => index > at && !each.startsWith("|"));
      const rows = lines.slice(at, end < 0 ? lines.length : end).map(cellsOf);
      parts.push({ type: "table", line, rows: rows.filter((_, index) => index !== 1) });
      at += rows.length;
    } else {
      if (first.startsWith("#")) parts.push({ type: "heading", line, text: first.replace(/^#+ /, "") });
      at += 1;
    }
  }
  return parts;
}

function linesOf(lines: readonly string[], from: number, to: number): string {
  return lines
    .slice(from, to)
    .map((line) => `${line}\n`)
    .join("");
}

/** A bar within a cell is written `\|`. */
function cellsOf(line: string): readonly string[] {
  const cells = line.split(/(?<!\\)\|/).slice(1, -1);
  return cells.map((cell) => cell.trim().replaceAll("\\|", "|"));
}
