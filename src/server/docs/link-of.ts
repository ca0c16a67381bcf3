// Where a link of a page leads when the page is served: the files of docs/ by their addresses, nothing outside them.

import type { DocFiles } from "./doc-files.ts";

/**
 * `../errors/locked.md#why` on `reference/keys` is `/docs/errors/locked#why`; as Markdown `/docs/errors/locked.md#why`.
 * Null for what is not served.
 */
export function linkOf(
  { pages, others }: DocFiles,
  from: string,
  target: string,
  as: "html" | "markdown",
): string | null {
  if (/^(https?:|#)/.test(target)) return target;
  const { pathname, hash } = new URL(target, `http://docs/${from}`);
  const path = pathname.slice(1);
  if (others.has(path)) return `/docs/${path}`;
  const page = path.replace(/\.md$/, "");
  if (!path.endsWith(".md") || !pages.has(page)) return null;
  if (as === "markdown") return `/docs/${path}${hash}`;
  return page === "index" ? `/docs${hash}` : `/docs/${page}${hash}`;
}
