// The fields of a request: the call that a step or a compensation makes.

import type { DocumentEntry } from "../document/document-node.ts";
import { placeOfKey } from "../document/place-of.ts";
import { addProblem } from "../document/report.ts";
import { listShape } from "../shape/list-shape.ts";
import { mapShape } from "../shape/map-shape.ts";
import { integerShape } from "../shape/number-shape.ts";
import { type ObjectRead, objectShape } from "../shape/object-shape.ts";
import type { ReadContext } from "../shape/shape.ts";
import { templateShape } from "../shape/template-shape.ts";
import { choiceShape } from "../shape/text-shape.ts";
import { authShape } from "./auth-fields.ts";
import { headersShape } from "./header-shape.ts";
import { base64Template, partShape } from "./part-fields.ts";
import { urlShape } from "./url-shape.ts";

const anyTemplate = templateShape({ secrets: true, takes: "any" });
const textTemplate = templateShape({ secrets: true, takes: "text" });

export const methods = ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"] as const;

const names = {
  value: anyTemplate,
  pattern: /^\P{Cc}+$/u,
  lengthMax: 256,
  words: "no control characters",
} as const;
const queryShape = mapShape({ ...names, key: "the name of a query parameter" });
const formShape = mapShape({ ...names, key: "the name of a form's field" });

/** A request has one of these at most. */
const bodies = ["body", "text", "form", "multipart", "base64"] as const;

const requestFields = {
  method: {
    about: "The method, in capital letters.",
    shape: choiceShape(methods, "invalid_method"),
    required: true,
  },
  url: {
    about:
      "The address. Values within it are percent-encoded; with `defaults.base_url` it may begin with `/`.",
    shape: urlShape(false),
    required: true,
  },
  query: { about: "Query parameters. A null drops one, a list repeats it.", shape: queryShape },
  headers: { about: "Headers. A null drops one, a list repeats it.", shape: headersShape },
  body: {
    about: "The body as JSON, sent as `application/json` unless a header says otherwise.",
    shape: anyTemplate,
  },
  text: {
    about: "The body as text, sent as `text/plain; charset=utf-8` unless a header says otherwise.",
    shape: textTemplate,
  },
  form: {
    about: "A form, sent as `application/x-www-form-urlencoded`. A null drops a field, a list repeats it.",
    shape: formShape,
  },
  multipart: {
    about: "Fields and files, sent as `multipart/form-data`.",
    shape: listShape(partShape, { unique: false }),
  },
  base64: {
    about:
      "The body as base64, sent as the bytes that it stands for, as `application/octet-stream` unless a header says otherwise.",
    shape: base64Template,
  },
  auth: { about: "How the call is authorized.", shape: authShape },
  redirects: {
    about: "How many redirects are followed; credentials go to the same origin only.",
    shape: integerShape(0, 3),
    default: 0,
  },
} as const;

export type HeadersRead = NonNullable<RequestRead["values"]["headers"]>;

export type RequestRead = ObjectRead<typeof requestFields>;

export const requestShape = objectShape({
  name: "request",
  about: "A call of a service.",
  fields: requestFields,
  check: checkRequest,
  rules: {
    allOf: bodies.flatMap((one, index) =>
      bodies.slice(index + 1).map((other) => ({ not: { required: [one, other] } })),
    ),
  },
});

function checkRequest(read: RequestRead, context: ReadContext): void {
  const { auth, headers, multipart } = read.entries;
  const method = read.values.method;
  const [sent, ...more] = bodies.flatMap((name) => read.entries[name] ?? []);
  for (const entry of more) {
    const message = `\`${sent?.key}\` and \`${entry.key}\` exclude each other`;
    addProblem(context.report, "body_twice", placeOfKey(entry), message, "remove one");
  }
  const type = headerNamed(read, "content-type");
  if (multipart !== undefined && type !== undefined) {
    const message = "`multipart` and the header `content-type` exclude each other";
    addProblem(context.report, "content_type_twice", placeOfKey(type), message, "remove the header");
  }
  if (sent !== undefined && (method === "GET" || method === "HEAD")) {
    const fix = "use POST, or give the values in `query`";
    addProblem(context.report, "body_not_allowed", placeOfKey(sent), `a ${method} request has no body`, fix);
  }
  const authorization = headerNamed(read, "authorization");
  const hasHeader = headers !== undefined && authorization !== undefined;
  if (auth !== undefined && read.values.auth?.type !== "mtls" && hasHeader) {
    const message = "`auth` and the header `authorization` exclude each other";
    addProblem(context.report, "authorization_twice", placeOfKey(authorization), message, "remove one");
  }
}

function headerNamed(read: RequestRead, name: string): DocumentEntry | undefined {
  return read.values.headers?.find((header) => header.name.toLowerCase() === name)?.entry;
}
