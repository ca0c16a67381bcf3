// Evaluates the request of a step or a compensation: what is recorded, and sent again at a retry.

import { EvaluationError, settle } from "./evaluate/evaluation-error.ts";
import { newWork, type Work } from "./evaluate/work.ts";
import type { Scope } from "./expression.ts";
import type { RecordedAuth, RecordedRequest, RecordedText } from "./recorded-request.ts";
import { isHeaderValue } from "./request/header-rules.ts";
import { renderBody } from "./request/render-body.ts";
import { renderText, renderTexts } from "./request/render-text.ts";
import { renderUrl } from "./request/render-url.ts";
import type { AuthTemplate, BodyTemplate, RequestTemplate } from "./request-template.ts";
import type { EvaluationProblem } from "./workflow.ts";

type RenderedRequest =
  | { readonly ok: true; readonly request: RecordedRequest }
  | { readonly ok: false; readonly problem: EvaluationProblem };

type Pairs = readonly (readonly [name: string, value: RecordedText])[];

/**
 * Evaluates `template` over `scope`. Never throws. Secrets stay references. Problems: those of `evaluateTemplate`, and
 * `not_a_text`, `invalid_url`, `invalid_header`, `invalid_base64`, `body_too_large` (1 MiB).
 */
export function renderRequest(template: RequestTemplate, scope: Scope): RenderedRequest {
  const settled = settle(() => render(template, scope, scope.work ?? newWork()));
  return settled.ok ? { ok: true, request: settled.value } : settled;
}

function render(template: RequestTemplate, scope: Scope, work: Work): RecordedRequest {
  return {
    method: template.method,
    url: renderUrl(template.url, scope, work),
    query: renderQuery(template, scope, work),
    headers: renderHeaders(template, scope, work),
    body: renderBody(template.body, scope, work),
    auth: template.auth === null ? null : renderAuth(template.auth, scope, work),
  };
}

function renderQuery(template: RequestTemplate, scope: Scope, work: Work): Pairs {
  return template.query.flatMap(([name, value]) =>
    pairs(name, renderTexts(value, scope, work, `query parameter \`${name}\``)),
  );
}

function renderHeaders(template: RequestTemplate, scope: Scope, work: Work): Pairs {
  const headers = template.headers.flatMap(([name, value]) => {
    const texts = renderTexts(value, scope, work, `header \`${name}\``);
    for (const text of texts) checkHeader(name, text);
    return pairs(name, texts);
  });
  const type = defaultType(template.body);
  if (type !== null && !headers.some(([name]) => name === "content-type"))
    headers.push(["content-type", type]);
  return headers;
}

/** Names to texts: none for null, as many as a list has. Throws EvaluationError. */
export function renderPairs(templates: RequestTemplate["query"], scope: Scope): Pairs {
  const work = scope.work ?? newWork();
  return templates.flatMap(([name, value]) =>
    pairs(name, renderTexts(value, scope, work, `query parameter \`${name}\``)),
  );
}

function pairs(name: string, texts: readonly RecordedText[]): Pairs {
  return texts.map((text) => [name, text]);
}

/** What is known of the value now; a secret is checked when it is put in. */
function checkHeader(name: string, text: RecordedText): void {
  const known = typeof text === "string" ? [text] : text.filter((part) => typeof part === "string");
  if (known.every(isHeaderValue)) return;
  const message = `header \`${name}\` has a line break, another control character or a character beyond U+00FF`;
  throw new EvaluationError("invalid_header", message);
}

function defaultType(body: BodyTemplate): string | null {
  switch (body.type) {
    // The boundary of a multipart is found when it is filled, and its type with it.
    case "none":
    case "multipart":
      return null;
    case "json":
      return "application/json";
    case "text":
      return "text/plain; charset=utf-8";
    case "base64":
      return "application/octet-stream";
    case "form":
      return "application/x-www-form-urlencoded";
  }
}

function renderAuth(auth: AuthTemplate, scope: Scope, work: Work): RecordedAuth {
  if (auth.type === "bearer") return { type: "bearer", token: renderText(auth.token, scope, work) };
  if (auth.type !== "basic") {
    const texts = Object.entries(auth.texts).map(([name, text]) => [name, renderText(text, scope, work)]);
    return { type: auth.type, texts: Object.fromEntries(texts) };
  }
  const username = renderText(auth.username, scope, work);
  return { type: "basic", username, password: renderText(auth.password, scope, work) };
}
