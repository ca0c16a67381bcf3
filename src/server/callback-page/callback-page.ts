// The page of a callback's address: what its author shows, a form by the schema, and what has become of it.

import type { CallbackView } from "../../engine/engine-api.ts";
import { isJsonObject, type Json, member } from "../../value/json.ts";
import { catalogue, type DispatchedError } from "../../value/problem.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import type { ApiAnswer } from "../api-request.ts";
import { escapeHtml } from "../docs/escape-html.ts";
import { retryAfter } from "../problem-answer.ts";
import { RateLimited } from "../rate-limits.ts";
import { formFieldsOf } from "./form-fields.ts";
import { formHtml } from "./form-html.ts";
import { pagePolicy, pageStyle } from "./page-style.ts";

/** What was sent and refused: the form comes again with it. */
export interface RefusedForm {
  readonly given: URLSearchParams;
  readonly error: DispatchedError;
}

export function callbackPage(view: CallbackView, refused: RefusedForm | null = null): ApiAnswer {
  if (view.status !== "waiting") {
    const title = view.status === "answered" ? "This was answered" : "This is over";
    const said = view.status === "answered" ? "An answer came" : "It ended without an answer";
    const when = view.at === null ? "" : ` on ${timeHtml(view.at)}`;
    return pageAnswer(200, title, `<p>${said}${when}. Nothing more can be sent here.</p>`);
  }
  const { title, text, data } = shownOf(view.show);
  const main = [
    text === null ? "" : `<p>${escapeHtml(text)}</p>`,
    data === null ? "" : valueHtml(data),
    formHtml(formFieldsOf(view.schema), refused),
    `<footer>Open until ${timeHtml(view.until)}. Whoever has this address can answer, once.</footer>`,
  ];
  const status = refused === null ? 200 : catalogue[refused.error.code].status;
  return pageAnswer(status, title ?? "An answer is asked for", main.join("\n"));
}

/** The tenant is locked: the answer waits in its inbox. */
export function takenPage(): ApiAnswer {
  const said = "It waits until somebody of those who asked is signed in, and is judged then.";
  return pageAnswer(202, "Your answer was taken", `<p>${said} Nothing more is needed.</p>`);
}

/** With the headers that the problem itself would have. */
export function problemPage(error: DispatchedError): ApiAnswer {
  const { status, title } = catalogue[error.code];
  const said =
    error.code === "locked"
      ? "What is asked can be shown when somebody of those who ask is signed in. Try again later."
      : error.message;
  const headers = { ...retryAfter(error), ...(error instanceof RateLimited ? error.headers : {}) };
  return pageAnswer(status, title, `<p>${escapeHtml(said)}</p>`, headers);
}

export function redirectTo(location: string): ApiAnswer {
  return { status: 303, headers: { location, "cache-control": "no-store" }, body: null };
}

function pageAnswer(
  status: number,
  title: string,
  main: string,
  more: Readonly<Record<string, string>> = {},
): ApiAnswer {
  const headers = {
    ...more,
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": pagePolicy,
    "cache-control": "no-store",
    "x-robots-tag": "noindex, nofollow",
    vary: "accept",
  };
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${main}
</main>
</body>
</html>
`;
  return { status, headers, body };
}

function shownOf(show: Json) {
  const of = (name: string) => (isJsonObject(show) ? (member(show, name) ?? null) : null);
  const textOf = (value: Json) =>
    value === null ? null : typeof value === "string" ? value : stringifyJson(value);
  return { title: textOf(of("title")), text: textOf(of("text")), data: of("data") };
}

/** An object as terms with their values; what is deeper as JSON. */
function valueHtml(value: Json): string {
  if (isJsonObject(value)) {
    const rows = Object.entries(value).map(
      ([name, one]) => `<dt>${escapeHtml(name)}</dt><dd>${plainHtml(one)}</dd>`,
    );
    return `<dl>${rows.join("\n")}</dl>`;
  }
  return `<p>${plainHtml(value)}</p>`;
}

function plainHtml(value: Json): string {
  if (typeof value === "string") return escapeHtml(value);
  const text = escapeHtml(stringifyJson(value));
  return typeof value === "object" && value !== null ? `<pre>${text}</pre>` : text;
}

function timeHtml(at: number): string {
  const iso = new Date(at).toISOString();
  return `<time datetime="${iso}">${iso.slice(0, 16).replace("T", " ")} UTC</time>`;
}
