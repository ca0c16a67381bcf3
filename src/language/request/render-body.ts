// The body of a request: evaluated, with secrets as references.

import type { Json } from "../../value/json.ts";
import { limits } from "../../value/limits.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { utf8Length } from "../../value/utf8-length.ts";
import { evaluateIn } from "../evaluate/evaluate-in.ts";
import { EvaluationError } from "../evaluate/evaluation-error.ts";
import { spendSteps, type Work } from "../evaluate/work.ts";
import type { Scope } from "../expression.ts";
import type { BodyHole, RecordedBody } from "../recorded-request.ts";
import type { BodyTemplate } from "../request-template.ts";
import type { Template } from "../template.ts";
import { renderPart, renderText } from "./render-text.ts";

type Path = readonly (string | number)[];

/** Throws EvaluationError `body_too_large` (1 MiB) and those of evaluation. */
export function renderBody(body: BodyTemplate, scope: Scope, work: Work): RecordedBody | null {
  switch (body.type) {
    case "none":
      return null;
    case "text": {
      const value = renderText(body.value, scope, work);
      if (typeof value === "string") checkBodySize(value);
      return { type: "text", value };
    }
    case "json": {
      const holes: BodyHole[] = [];
      const value = renderJson(body.value, [], holes, scope, work);
      checkBodySize(stringifyJson(value));
      return { type: "json", value, holes };
    }
  }
}

export function checkBodySize(text: string): void {
  if (text.length * 3 <= limits.request_body_bytes || utf8Length(text) <= limits.request_body_bytes) return;
  throw new EvaluationError("body_too_large", `the body is larger than ${limits.request_body_bytes} bytes`);
}

function renderJson(template: Template, path: Path, holes: BodyHole[], scope: Scope, work: Work): Json {
  switch (template.type) {
    case "secret":
      holes.push({ path, text: [{ secret: template.name, encode: "none" }] });
      return null;
    case "text":
      if (!template.parts.some((part) => typeof part === "object" && "secret" in part))
        return evaluateIn(template, scope, work, path.length);
      holes.push({ path, text: template.parts.map((part) => renderPart(part, scope, work)) });
      return null;
    case "list":
      spendSteps(work, template.items.length);
      return template.items.map((item, index) => renderJson(item, [...path, index], holes, scope, work));
    case "object":
      return Object.fromEntries(
        template.entries.map(([key, value]) => [key, renderJson(value, [...path, key], holes, scope, work)]),
      );
    default:
      return evaluateIn(template, scope, work, path.length);
  }
}
