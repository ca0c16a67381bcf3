// The address of a request, as far as it can be checked before the run.

import type { DocumentNode } from "../document/document-node.ts";
import { placeOf } from "../document/place-of.ts";
import { addProblem } from "../document/report.ts";
import type { ReadContext, Shape } from "../shape/shape.ts";
import { templateShape } from "../shape/template-shape.ts";
import type { Template } from "../template.ts";

const template = templateShape({ secrets: true, takes: "text" });
const absolute = /^https?:\/\//i;

/** The `url` of a request, or `base_url`: `base` says which. */
export function urlShape(base: boolean): Shape<Template> {
  return {
    read(node, context) {
      const read = template.read(node, context);
      if (read === undefined) return undefined;
      const wrong = checkBeginning(read, base || !context.hasBaseUrl) ?? checkTexts(read, base);
      if (wrong !== null) reportUrl(node, wrong, context);
      return read;
    },
    schema: template.schema,
  };
}

interface Wrong {
  readonly message: string;
  readonly fix: string | null;
}

/** The literal texts of a template, with a mark for what stands between them. */
function literalText(read: Template): string | null {
  if (read.type === "literal") return String(read.value);
  return read.type === "text" ? read.parts.map((part) => (typeof part === "string" ? part : "\u0000")).join("") : null;
}

function checkBeginning(read: Template, mustBeAbsolute: boolean): Wrong | null {
  const text = literalText(read);
  if (text === null || text.startsWith("\u0000") || absolute.test(text)) return null;
  if (text.startsWith("/")) {
    return mustBeAbsolute ? { message: "a URL that begins with `/` needs `defaults.base_url`", fix: "write the whole URL, or set `defaults.base_url`" } : null;
  }
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1];
  const message = scheme === undefined ? "the URL does not begin with `http://` or `https://`" : `\`${scheme}:\` cannot be called`;
  return { message, fix: scheme === undefined ? "write `https://` before it" : "use `http://` or `https://`" };
}

function checkTexts(read: Template, base: boolean): Wrong | null {
  const text = literalText(read);
  if (text === null) return null;
  if (/[\s\\\u0001-\u001f\u007f]/.test(text)) return { message: "the URL has white space, a backslash or a control character", fix: null };
  if (text.includes("#")) return { message: "the URL has a fragment, which is never sent", fix: "remove what begins with `#`" };
  if (base && text.includes("?")) return { message: "`base_url` has a query", fix: "give parameters in the `query` of each request" };
  const authority = /^https?:\/\/([^/?#]*)/i.exec(text)?.[1];
  if (authority === undefined) return null;
  if (authority === "") return { message: "the URL has no host", fix: null };
  if (authority.includes("@")) return { message: "the URL has credentials", fix: "give them in `auth`" };
  const host = authority.replaceAll("\u0000", "x");
  if (/^(?:\[[0-9A-Fa-f:.]+\]|[^[\]:]+)(?::[0-9x]{1,5})?$/.test(host)) return null;
  return { message: `\`${host}\` is not a host`, fix: null };
}

function reportUrl(node: DocumentNode, wrong: Wrong, context: ReadContext): void {
  addProblem(context.report, "invalid_url", placeOf(node), wrong.message, wrong.fix);
}
