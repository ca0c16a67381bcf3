// Search of the documentation: sections that have every word, those that are about it first.

import type { DocFiles, DocPage } from "./doc-files.ts";
import { slugs } from "./slugs.ts";

export interface Found {
  /** `/docs/reference/keys#rotation` */
  readonly address: string;
  readonly page: string;
  readonly heading: string;
  /** The line around the first word, as text. */
  readonly excerpt: string;
}

interface Section extends Omit<Found, "excerpt"> {
  readonly lines: readonly string[];
  /** Lowercase: heading, page and text. */
  readonly whole: string;
}

/** Pages that name other pages: what is found there is found on those. */
const lists = ["index", "errors"];
const resultsMax = 30;
const excerptCharacters = 160;
const indexes = new WeakMap<DocFiles, readonly Section[]>();

export function searchDocs(files: DocFiles, query: string): readonly Found[] {
  const words = query
    .toLowerCase()
    .split(/[^\p{L}\p{N}_$@-]+/u)
    .filter((word) => word !== "");
  if (words.length === 0) return [];
  const fitting = indexOf(files).filter(({ whole }) => words.every((word) => whole.includes(word)));
  return fitting
    .map((section) => ({ section, score: scoreOf(section, words) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, resultsMax)
    .map(({ section }) => foundOf(section, words));
}

function indexOf(files: DocFiles): readonly Section[] {
  const known = indexes.get(files);
  if (known !== undefined) return known;
  const index = [...files.pages.values()].filter(({ path }) => !lists.includes(path)).flatMap(sectionsOf);
  indexes.set(files, index);
  return index;
}

function sectionsOf({ path, title, text }: DocPage): readonly Section[] {
  const placeOf = slugs();
  return text.split(/^(?=#{1,4} )/m).map((part) => {
    const [first = "", ...lines] = part.split("\n");
    const heading = first.replace(/^#+ /, "").replaceAll("`", "");
    const place = placeOf(heading);
    const address = `/docs/${path}${first.startsWith("# ") ? "" : `#${place}`}`;
    return { address, page: title, heading, lines, whole: `${title}\n${part}`.toLowerCase() };
  });
}

/** A heading counts most, then the page's title, then how often the text has it. */
function scoreOf({ heading, page, whole }: Section, words: readonly string[]): number {
  const inHeading = heading.toLowerCase();
  const inPage = page.toLowerCase();
  return words.reduce((sum, word) => {
    const exact = inHeading === word ? 20 : 0;
    const times = Math.min(5, whole.split(word).length - 1);
    return sum + exact + (inHeading.includes(word) ? 10 : 0) + (inPage.includes(word) ? 5 : 0) + times;
  }, 0);
}

function foundOf({ address, page, heading, lines }: Section, words: readonly string[]): Found {
  const line = lines.find((one) => words.some((word) => one.toLowerCase().includes(word))) ?? lines[1] ?? "";
  const plain = line.replaceAll(/\]\([^)]*\)|[[\]`*|]/g, "").trim();
  const at = Math.max(0, plain.toLowerCase().indexOf(words[0] ?? "") - excerptCharacters / 2);
  const cut = plain.slice(at, at + excerptCharacters);
  const excerpt = `${at > 0 ? "…" : ""}${cut}${at + excerptCharacters < plain.length ? "…" : ""}`;
  return { address, page, heading, excerpt };
}
