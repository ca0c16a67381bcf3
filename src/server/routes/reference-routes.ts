// The description of the API: for programs, and as a page to click through.

import type { ApiAnswer } from "../api-request.ts";
import { type AnswerDescription, answer } from "../describe-route.ts";
import { writeOpenApi } from "../open-api/write-open-api.ts";
import { referencePage, referenceStyle } from "../reference-page/reference-page.ts";
import { referenceScript } from "../reference-page/reference-script.ts";
import { jsonAnswer, type Route, route } from "../route.ts";
import { anything, text } from "../typed-schema.ts";

/** Nothing from elsewhere, nothing in the page itself that runs, and no page around it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

function file(type: string, body: string): ApiAnswer {
  const headers = {
    "content-type": `${type}; charset=utf-8`,
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
  };
  return { status: 200, headers, body };
}

function fileAnswer(type: string): AnswerDescription {
  return { about: "The file", content: { [type]: text("Its text") } };
}

/** @param routes all of them, these included: asked for when the first request comes */
export function referenceRoutes(routes: () => readonly Route[]): readonly Route[] {
  const fileRoute = (path: string, id: string, summary: string, type: string, body: string) =>
    route({
      method: "GET",
      path,
      access: "anyone",
      id,
      tag: "server",
      summary,
      answers: { 200: fileAnswer(type) },
      errors: [],
      handle: async () => file(type, body),
    });
  return [
    route({
      method: "GET",
      path: "/api/openapi.json",
      access: "anyone",
      id: "getOpenApi",
      tag: "server",
      summary: "This description: OpenAPI 3.1",
      answers: { 200: answer("The document", anything("OpenAPI 3.1")) },
      errors: [],
      handle: async () => jsonAnswer(200, writeOpenApi(routes())),
    }),
    fileRoute("/api", "showReference", "This description as a page", "text/html", referencePage),
    fileRoute("/api/reference.css", "getReferenceStyle", "Its style", "text/css", referenceStyle),
    fileRoute("/api/reference.js", "getReferenceScript", "Its script", "text/javascript", referenceScript),
  ];
}
