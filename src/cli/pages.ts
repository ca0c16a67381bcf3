// The pages of the documentation that this version came with.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pageOfCode } from "../value/page-of-code.ts";

const docs = join(import.meta.dirname, "../../docs");
/** In the order in which a name is looked for. */
const folders = ["errors", "reference", "reference/language", "guides", "."] as const;

export interface Page {
  readonly name: string;
  readonly path: string;
}

/** Of the code of an error, or a page of the reference by its name. */
export function findPage(name: string): Page | null {
  const wanted = pageOfCode(name.replace(/\.md$/, ""));
  if (!/^[\w-]+$/.test(wanted)) return null;
  const path = folders.map((folder) => join(docs, folder, `${wanted}.md`)).find((file) => existsSync(file));
  return path === undefined ? null : { name: wanted, path };
}

export function readPage({ path }: Page): string {
  return readFileSync(path, "utf8");
}

interface PageNames {
  readonly guides: readonly string[];
  readonly reference: readonly string[];
  readonly errors: readonly string[];
}

/** Names of all pages; one that stands in two folders is the reference's. */
export function pageNames(): PageNames {
  const namesIn = (folder: string) =>
    readdirSync(join(docs, folder)).flatMap((file) => (file.endsWith(".md") ? [file.slice(0, -3)] : []));
  const reference = [...namesIn("reference"), ...namesIn("reference/language")];
  const guides = [...namesIn("."), ...namesIn("guides")].filter((name) => !reference.includes(name));
  return { guides, reference, errors: namesIn("errors") };
}
