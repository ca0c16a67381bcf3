// The documentation for assistants: `/llms.txt` is its index with addresses of Markdown, `/llms-full.txt` all of it.

import { contents } from "./contents.ts";
import type { DocFiles, DocPage } from "./doc-files.ts";
import { linkOf } from "./link-of.ts";

/** As llmstxt.org describes it. */
export function llmsText(files: DocFiles): string {
  return served(files, files.pages.get("index"));
}

/** Every page of the contents, one after the other. */
export function llmsFullText(files: DocFiles): string {
  const paths = contents(files).flatMap(({ entries }) => entries.map(({ path }) => path));
  const texts = [...new Set(paths)].map(
    (path) => `<!-- /docs/${path}.md -->\n\n${served(files, files.pages.get(path))}`,
  );
  return texts.join("\n");
}

/** With links that lead somewhere whatever the text was copied into: one to what is not served, such as an example, is its words. */
export function served(files: DocFiles, page: DocPage | undefined): string {
  if (page === undefined) return "";
  return page.text.replaceAll(/\[([^\]]*)\]\(([^)\s]+)\)/g, (link: string, words: string, target: string) => {
    const to = linkOf(files, page.path, target, "markdown");
    if (to !== null) return `[${words}](${to})`;
    // What stands in code only looks like a link.
    return /^\.\.?\//.test(target) ? words : link;
  });
}
