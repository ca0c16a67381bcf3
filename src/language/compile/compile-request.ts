// The request of a call, with the defaults merged in.

import type { PartRead } from "../fields/part-fields.ts";
import type { HeadersRead, RequestRead } from "../fields/request-fields.ts";
import type { DefaultsRead } from "../fields/workflow-fields.ts";
import type {
  AuthTemplate,
  BodyTemplate,
  ContentTemplate,
  PartTemplate,
  RequestTemplate,
} from "../request-template.ts";
import { textParts } from "../template/text-parts.ts";
import type { Template } from "../template.ts";

type Headers = readonly (readonly [name: string, value: Template])[];

/** `read` has no problems. */
export function compileRequest({ values }: RequestRead, defaults: DefaultsRead | undefined): RequestTemplate {
  return {
    method: values.method as string,
    url: withBase(values.url as Template, defaults?.values.base_url),
    query: (values.query ?? []).map(({ name, value }) => [name, value]),
    headers: mergeHeaders(defaults?.values.headers ?? [], values.headers ?? [], replacedBy(values)),
    body: bodyOf(values),
    auth: authOf(values.auth),
  };
}

/** `auth` replaces a default `authorization`, a multipart a default `content-type`. */
function replacedBy({ auth, multipart }: RequestRead["values"]): readonly string[] {
  return [
    ...(hasHeader(auth) ? ["authorization"] : []),
    ...(multipart === undefined ? [] : ["content-type"]),
  ];
}

/** Merged without regard to case. A literal null removes a default, and so do the names of `replaced`. */
function mergeHeaders(defaults: HeadersRead, own: HeadersRead, replaced: readonly string[]): Headers {
  const merged = new Map<string, Template>();
  for (const { name, value } of defaults) merged.set(name.toLowerCase(), value);
  for (const name of replaced) merged.delete(name);
  for (const { name, value } of own) merged.set(name.toLowerCase(), value);
  return [...merged].filter(([, value]) => value.type !== "literal" || value.value !== null);
}

/** `base` before an `url` that begins with `/`. */
function withBase(url: Template, base: Template | undefined): Template {
  const [first, ...rest] = textParts(url);
  if (base === undefined || typeof first !== "string" || !first.startsWith("/")) return url;
  const parts = [...textParts(base), first, ...rest];
  const at = parts.length - rest.length - 2;
  const before = parts[at];
  // The base's last text and the path are one text, with one slash between them.
  if (typeof before === "string") parts.splice(at, 2, before.replace(/(?<!\/)\/+$/, "") + first);
  const [only] = parts;
  return parts.length === 1 && typeof only === "string"
    ? { type: "literal", value: only }
    : { type: "text", parts };
}

function bodyOf(values: RequestRead["values"]): BodyTemplate {
  const { form, multipart } = values;
  if (form !== undefined) return { type: "form", fields: form.map(({ name, value }) => [name, value]) };
  if (multipart !== undefined)
    return { type: "multipart", parts: multipart.map(({ value }) => partOf(value)) };
  return contentOf(values) ?? { type: "none" };
}

function contentOf({
  body,
  text,
  base64,
}: Pick<RequestRead["values"], "body" | "text" | "base64">): ContentTemplate | null {
  if (body !== undefined) return { type: "json", value: body };
  if (text !== undefined) return { type: "text", value: text };
  return base64 === undefined ? null : { type: "base64", value: base64 };
}

function partOf({ values }: PartRead): PartTemplate {
  return {
    name: values.name as string,
    filename: values.filename ?? null,
    contentType: values.content_type ?? null,
    content: contentOf(values) as ContentTemplate,
  };
}

/** A client certificate is shown beside whatever the headers say. */
function hasHeader(auth: RequestRead["values"]["auth"]): boolean {
  return auth !== undefined && auth.type !== "mtls";
}

function authOf(auth: RequestRead["values"]["auth"]): AuthTemplate | null {
  if (auth === undefined) return null;
  if (auth.type === "bearer") return { type: "bearer", token: auth.read.values.token as Template };
  if (auth.type === "basic") {
    const { username, password } = auth.read.values;
    return { type: "basic", username: username as Template, password: password as Template };
  }
  const texts = Object.entries(auth.read.values).flatMap(([name, value]): [string, Template][] => {
    if (name === "type" || value === undefined) return [];
    return [[name, typeof value === "string" ? { type: "literal", value } : value]];
  });
  return { type: auth.type, texts: Object.fromEntries(texts) };
}
