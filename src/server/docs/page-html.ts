// One page of the documentation as a whole HTML document: no script, nothing from another host.

import { contents } from "./contents.ts";
import type { DocFiles } from "./doc-files.ts";
import { escapeHtml } from "./escape-html.ts";

export interface Shown {
  /** Null for what is no page of its own: a search, a page that is not there. */
  readonly path: string | null;
  readonly title: string;
  /** HTML. */
  readonly main: string;
  /** What was searched for. */
  readonly query?: string;
}

/** Styles and forms of our own, and nothing else: there is no script that could be let in. */
export const contentSecurityPolicy =
  "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

export function pageHtml(files: DocFiles, { path, title, main, query = "" }: Shown): string {
  const name = escapeHtml(title);
  const source =
    path === null
      ? ""
      : `<p class="source"><a href="/docs/${path}.md" type="text/markdown">This page as Markdown</a></p>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${name === "Dispatched" ? name : `${name} · Dispatched`}</title>
<link rel="stylesheet" href="/docs/docs.css">
${path === null ? "" : `<link rel="alternate" type="text/markdown" href="/docs/${path}.md">`}
</head>
<body>
<a class="skip" href="#main">To the text</a>
<header>
<a class="name" href="/docs">Dispatched</a>
<form action="/docs/search" role="search">
<input type="search" name="q" value="${escapeHtml(query)}" placeholder="Search" aria-label="Search the documentation" maxlength="200" required>
<button>Search</button>
</form>
<a class="to-contents" href="#contents">Contents</a>
</header>
<main id="main">
${main}${source}
</main>
<nav id="contents" aria-label="Contents">
${navigation(files, path)}
</nav>
</body>
</html>
`;
}

function navigation(files: DocFiles, current: string | null): string {
  return contents(files)
    .map(({ title, entries }) => {
      const rows = entries.map(({ title: name, path }) => {
        const here = path === current ? ' aria-current="page"' : "";
        return `<li><a href="/docs/${path}"${here}>${escapeHtml(name)}</a></li>`;
      });
      return `<h2>${escapeHtml(title)}</h2>\n<ul>\n${rows.join("\n")}\n</ul>`;
    })
    .join("\n");
}
