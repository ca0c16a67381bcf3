// The body of a request: evaluated, with secrets as references.

import { bytesOfBase64 } from "../../value/bytes-of-base64.ts";
import type { Json } from "../../value/json.ts";
import { limits } from "../../value/limits.ts";
import { placeStored, type StoredMember } from "../../value/stored-body.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { utf8Length } from "../../value/utf8-length.ts";
import { evaluateIn, objectOf } from "../evaluate/evaluate-in.ts";
import { EvaluationError } from "../evaluate/evaluation-error.ts";
import { storedBy } from "../evaluate/stored-by.ts";
import { spendSteps, type Work } from "../evaluate/work.ts";
import type { Scope } from "../expression.ts";
import type {
  BodyHole,
  RecordedBody,
  RecordedContent,
  RecordedFormPart,
  RecordedText,
} from "../recorded-request.ts";
import type { BodyTemplate, ContentTemplate, PartTemplate } from "../request-template.ts";
import type { Template } from "../template.ts";
import { renderPart, renderText, renderTexts } from "./render-text.ts";

type Path = readonly (string | number)[];
type Fields = readonly (readonly [name: string, value: Template])[];

/** Throws EvaluationError `body_too_large` (1 MiB), `invalid_base64`, and those of evaluation. */
export function renderBody(body: BodyTemplate, scope: Scope, work: Work): RecordedBody | null {
  switch (body.type) {
    case "none":
      return null;
    case "form":
      return renderForm(body.fields, scope, work);
    case "multipart":
      return { type: "multipart", parts: renderParts(body.parts, scope, work) };
    case "base64": {
      const stored = storedBy(body.value, scope, work);
      if (stored?.body.kind === "base64") return contentOf({ type: "base64", value: "" }, stored);
      return bytesOf(renderText(body.value, scope, work), "`base64`");
    }
    default:
      return renderContent(body, scope, work);
  }
}

function renderContent(
  content: Exclude<ContentTemplate, { type: "base64" }>,
  scope: Scope,
  work: Work,
): RecordedContent {
  const stored = storedBy(content.value, scope, work);
  if (stored !== null && isPassedOn(content.type, stored))
    return contentOf(
      content.type === "json" ? { type: "json", value: null, holes: [] } : { type: "text", value: "" },
      stored,
    );
  if (content.type === "text") {
    const value = renderText(content.value, scope, work);
    if (typeof value === "string") checkBodySize(value);
    return { type: "text", value };
  }
  const holes: BodyHole[] = [];
  const value = renderJson(content.value, [], holes, scope, work);
  checkBodySize(stringifyJson(value));
  return { type: "json", value, holes };
}

/** What is stored is sent as it is, whatever kind of JSON it is; as text only when it is one. */
function isPassedOn(type: "json" | "text", { body }: StoredMember): boolean {
  return type === "json" || body.kind === "text";
}

function contentOf<Content extends RecordedContent>(content: Content, stored: StoredMember): Content {
  if (stored.body.bytes > limits.request_body_bytes) throw tooLarge();
  placeStored(content, "value", stored);
  return content;
}

function renderForm(fields: Fields, scope: Scope, work: Work): RecordedBody {
  return {
    type: "form",
    fields: fields.flatMap(([name, value]) =>
      renderTexts(value, scope, work, `field \`${name}\``).map((text) => [name, text] as const),
    ),
  };
}

function renderParts(parts: readonly PartTemplate[], scope: Scope, work: Work): readonly RecordedFormPart[] {
  return parts.flatMap(({ name, filename, contentType, content }) => {
    const contents = renderContents(content, `part \`${name}\``, scope, work);
    if (contents.length === 0) return [];
    const file = filename === null ? null : renderText(filename, scope, work);
    const type = contentType === null ? null : renderText(contentType, scope, work);
    return contents.map((one) => ({ name, filename: file, contentType: type, content: one }));
  });
}

/** None for null, one for each item of a list; JSON is one as it is. */
function renderContents(
  content: ContentTemplate,
  what: string,
  scope: Scope,
  work: Work,
): readonly RecordedContent[] {
  if (content.type === "json") return [renderContent(content, scope, work)];
  return renderTexts(content.value, scope, work, what).map((text) =>
    content.type === "base64" ? bytesOf(text, what) : { type: "text", value: text },
  );
}

/** No secret can stand in it, so that it is a text already. */
function bytesOf(text: RecordedText, what: string): RecordedContent {
  const value = typeof text === "string" ? text : "";
  const bytes = bytesOfBase64(value);
  if (bytes === null) throw new EvaluationError("invalid_base64", `${what} is not base64`);
  if (bytes.length > limits.request_body_bytes) throw tooLarge();
  return { type: "base64", value };
}

export function checkBodySize(text: string): void {
  if (text.length * 3 <= limits.request_body_bytes || utf8Length(text) <= limits.request_body_bytes) return;
  throw tooLarge();
}

export function tooLarge(): EvaluationError {
  return new EvaluationError("body_too_large", `the body is larger than ${limits.request_body_bytes} bytes`);
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
      return objectOf(
        template.entries,
        scope,
        (value, key) => renderJson(value, [...path, key], holes, scope, work),
        work,
      );
    default:
      return evaluateIn(template, scope, work, path.length);
  }
}
