// The documentation as it is shipped: every page and file under docs/, read once.

import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { packageFolder } from "../package-folder.ts";

export interface DocPage {
  /** `reference/language/steps`: its address is `/docs/` and this. */
  readonly path: string;
  /** The first heading. */
  readonly title: string;
  /** Markdown, without what only the tests are told. */
  readonly text: string;
}

export interface DocFiles {
  readonly pages: ReadonlyMap<string, DocPage>;
  /** What is no page, by its path with the ending: schemas, the stylesheet. */
  readonly others: ReadonlyMap<string, string>;
}

const folder = join(packageFolder, "docs");
let read: DocFiles | null = null;

/** All of it; nothing else of the file system can be reached by an address, because addresses are looked up here. */
export function docFiles(): DocFiles {
  read ??= readDocFiles();
  return read;
}

function readDocFiles(): DocFiles {
  const pages = new Map<string, DocPage>();
  const others = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    // Pages are without pictures here; those in the folder are for who reads them elsewhere.
    if (!entry.isFile() || entry.name.endsWith(".png")) continue;
    const full = join(entry.parentPath, entry.name);
    const name = full.slice(folder.length + 1).replaceAll(sep, "/");
    const text = readFileSync(full, "utf8");
    if (name.endsWith(".md")) {
      const path = name.slice(0, -".md".length);
      pages.set(path, pageOf(path, text));
    } else others.set(name, text);
  }
  return { pages, others };
}

function pageOf(path: string, text: string): DocPage {
  const shown = text.replaceAll(/^<!--[\s\S]*?-->\n?/gm, "");
  return { path, title: /^# (.+)$/m.exec(shown)?.[1]?.replaceAll("`", "") ?? path, text: shown };
}
