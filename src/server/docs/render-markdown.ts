// A page's Markdown as HTML: headings with places, links to where pages are served, no HTML of its own.

import { Marked, type Tokens } from "marked";
import type { DocFiles, DocPage } from "./doc-files.ts";
import { escapeHtml } from "./escape-html.ts";
import { linkOf } from "./link-of.ts";
import { slugs } from "./slugs.ts";

export function renderMarkdown(files: DocFiles, { path, text }: DocPage): string {
  const placeOf = slugs();
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth, text: title }: Tokens.Heading) {
        const place = placeOf(title);
        const inner = this.parser.parseInline(tokens);
        return `<h${depth} id="${place}"><a href="#${place}">${inner}</a></h${depth}>\n`;
      },
      link({ href, tokens }: Tokens.Link) {
        const inner = this.parser.parseInline(tokens);
        const to = linkOf(files, path, href, "html");
        return to === null ? inner : `<a href="${escapeHtml(to)}">${inner}</a>`;
      },
      code({ text: code, lang = "" }: Tokens.Code) {
        const [language = "", ...rest] = lang.split(" ");
        const name = rest.find((word) => word.includes("."));
        const caption = name === undefined ? "" : `<figcaption>${escapeHtml(name)}</figcaption>`;
        const block = `<pre tabindex="0"><code data-language="${escapeHtml(language)}">${escapeHtml(code)}</code></pre>`;
        return `<figure>${caption}${block}</figure>\n`;
      },
      table(token: Tokens.Table) {
        const row = (cells: readonly Tokens.TableCell[], tag: "th" | "td") =>
          `<tr>${cells.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join("")}</tr>`;
        const body = token.rows.map((cells) => row(cells, "td")).join("\n");
        return `<div class="wide" tabindex="0"><table><thead>${row(token.header, "th")}</thead>\n<tbody>${body}</tbody></table></div>\n`;
      },
      html: ({ text: html }: Tokens.HTML | Tokens.Tag) => escapeHtml(html),
      image: ({ text: alternative }: Tokens.Image) => escapeHtml(alternative),
    },
  });
  return marked.parse(withoutFrontMatter(text), { async: false });
}

function withoutFrontMatter(text: string): string {
  return text.replace(/^---\n[\s\S]*?\n---\n/, "");
}
