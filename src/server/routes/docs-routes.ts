// The documentation, as it was shipped with this server: pages for people, the same as Markdown for assistants.

import { pageOfCode } from "../../value/page-of-code.ts";
import { DispatchedError } from "../../value/problem.ts";
import type { ApiAnswer, ApiRequest } from "../api-request.ts";
import type { AnswerDescription } from "../describe-route.ts";
import { type DocPage, docFiles } from "../docs/doc-files.ts";
import { escapeHtml } from "../docs/escape-html.ts";
import { llmsFullText, llmsText, served } from "../docs/llms-text.ts";
import { contentSecurityPolicy, pageHtml, type Shown } from "../docs/page-html.ts";
import { renderMarkdown } from "../docs/render-markdown.ts";
import { searchDocs } from "../docs/search-docs.ts";
import { type Route, route } from "../route.ts";
import { text } from "../typed-schema.ts";

const htmlPage: AnswerDescription = {
  about: "The page; as Markdown when its name ends in `.md` or `Accept` asks for `text/markdown`",
  content: { "text/html": text("A page without scripts"), "text/markdown": text("The same") },
};
const plainText: AnswerDescription = { about: "The text", content: { "text/plain": text("Markdown") } };

const places = {
  page: text("Name of a page, with or without `.md`"),
  folder: text("Folder of the documentation"),
  part: text("Folder within it"),
};

export const docsRoutes: readonly Route[] = [
  route({
    method: "GET",
    access: "anyone",
    tag: "docs",
    path: "/docs",
    id: "getDocs",
    summary: "The documentation's first page",
    answers: { 200: htmlPage },
    errors: [],
    handle: async (_, request) => show(request, "index"),
  }),
  // Before `/docs/:page`, which would take it for a page.
  route({
    method: "GET",
    access: "anyone",
    tag: "docs",
    path: "/docs/search",
    id: "searchDocs",
    summary: "Searches the documentation",
    query: { q: text("Words that a section has", { minLength: 1, maxLength: 200 }) },
    answers: { 200: { about: "What was found", content: { "text/html": text("A page") } } },
    errors: [],
    handle: async (_, { asked }) => htmlAnswer(200, searched(asked.q)),
  }),
  route({
    method: "GET",
    access: "anyone",
    tag: "docs",
    path: "/docs/:page",
    id: "getDocsPage",
    summary: "A page of the documentation",
    params: { page: places.page },
    answers: { 200: htmlPage },
    errors: ["not_found"],
    handle: async (_, request) => show(request, request.params["page"] ?? ""),
  }),
  route({
    method: "GET",
    access: "anyone",
    tag: "docs",
    path: "/docs/:folder/:page",
    id: "getDocsPageOfFolder",
    summary: "A page of a folder: `reference`, or `errors`, to which the `type` of a problem leads",
    params: { folder: places.folder, page: places.page },
    answers: { 200: htmlPage },
    errors: ["not_found"],
    handle: async (_, request) => show(request, `${request.params["folder"]}/${request.params["page"]}`),
  }),
  route({
    method: "GET",
    access: "anyone",
    tag: "docs",
    path: "/docs/:folder/:part/:page",
    id: "getDocsPageOfPart",
    summary: "A page of the reference of the language",
    params: places,
    answers: { 200: htmlPage },
    errors: ["not_found"],
    handle: async (_, request) => {
      const { folder, part, page } = request.params;
      return show(request, `${folder}/${part}/${page}`);
    },
  }),
  route({
    method: "GET",
    access: "anyone",
    tag: "docs",
    path: "/llms.txt",
    id: "getLlmsText",
    summary: "The index of the documentation for assistants",
    answers: { 200: plainText },
    errors: [],
    handle: async () => textAnswer("text/plain", llmsText(docFiles())),
  }),
  route({
    method: "GET",
    access: "anyone",
    tag: "docs",
    path: "/llms-full.txt",
    id: "getLlmsFullText",
    summary: "All of the documentation in one text",
    answers: { 200: plainText },
    errors: [],
    handle: async () => textAnswer("text/plain", llmsFullText(docFiles())),
  }),
];

const types: Readonly<Record<string, string>> = { css: "text/css", json: "application/json" };

/** Errors: `not_found`, as a page where a browser asks. */
function show(request: ApiRequest, path: string): ApiAnswer {
  const files = docFiles();
  const other = files.others.get(path);
  if (other !== undefined) return textAnswer(types[path.replace(/^.*\./, "")] ?? "text/plain", other);
  const page = files.pages.get(pathOfPage(path.replace(/\.md$/, "")));
  const accepts = request.headers["accept"] ?? "";
  if (page === undefined) {
    if (accepts.includes("text/html")) return htmlAnswer(404, missing(path));
    const hint = "GET /llms.txt lists the pages";
    throw new DispatchedError("not_found", "the documentation has no such page", { hint });
  }
  if (path.endsWith(".md") || accepts.includes("text/markdown")) {
    return textAnswer("text/markdown", served(files, page));
  }
  return htmlAnswer(200, shown(page));
}

/** Problems, guides and the dashboard link each code by its own name. */
function pathOfPage(path: string): string {
  const code = /^errors\/(.+)$/.exec(path)?.[1];
  return code === undefined ? path : `errors/${pageOfCode(code)}`;
}

const rendered = new Map<string, Shown>();

function shown(page: DocPage): Shown {
  const known = rendered.get(page.path);
  if (known !== undefined) return known;
  const made = { path: page.path, title: page.title, main: renderMarkdown(docFiles(), page) };
  rendered.set(page.path, made);
  return made;
}

function searched(query: string): Shown {
  const found = searchDocs(docFiles(), query);
  const rows = found.map(({ address, page, heading, excerpt }) => {
    const name = heading === page || heading === "" ? page : `${page} · ${heading}`;
    return `<li><a href="${escapeHtml(address)}">${escapeHtml(name)}</a><p>${escapeHtml(excerpt)}</p></li>`;
  });
  const said =
    rows.length === 0
      ? "<p>Nothing has all of these words. Try fewer, or the code of an error.</p>"
      : `<ol class="found">\n${rows.join("\n")}\n</ol>`;
  const title = `“${query}”`;
  return { path: null, title, main: `<h1>${escapeHtml(title)}</h1>\n${said}\n`, query };
}

function missing(path: string): Shown {
  const words = path.replaceAll(/[^a-z0-9]+/gi, " ").trim();
  const main = `<h1>There is no such page</h1>\n<p>Look into the <a href="#contents">contents</a>, or search.</p>\n`;
  return { path: null, title: "There is no such page", main, query: words };
}

function htmlAnswer(status: number, page: Shown): ApiAnswer {
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": contentSecurityPolicy,
    "cache-control": "no-cache",
    vary: "accept",
  };
  return { status, headers, body: pageHtml(docFiles(), page) };
}

function textAnswer(type: string, body: string): ApiAnswer {
  const headers = { "content-type": `${type}; charset=utf-8`, "cache-control": "no-cache", vary: "accept" };
  return { status: 200, headers, body };
}
