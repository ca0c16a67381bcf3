// The contents of the documentation: the headings and lists of docs/index.md, which is written to be read by people, too.

import type { DocFiles } from "./doc-files.ts";

export interface ContentsEntry {
  readonly title: string;
  readonly path: string;
}

export interface ContentsSection {
  readonly title: string;
  readonly entries: readonly ContentsEntry[];
}

/** Each `## Heading` with the `- [title](page.md): about` under it. */
export function contents({ pages }: DocFiles): readonly ContentsSection[] {
  const sections: { title: string; entries: ContentsEntry[] }[] = [];
  for (const line of (pages.get("index")?.text ?? "").split("\n")) {
    const heading = /^## (.+)$/.exec(line)?.[1];
    if (heading !== undefined) sections.push({ title: heading, entries: [] });
    const [, title, path] = /^- \[([^\]]+)\]\(([^)]+)\.md\)/.exec(line) ?? [];
    if (title !== undefined && path !== undefined) sections.at(-1)?.entries.push({ title, path });
  }
  return sections;
}
