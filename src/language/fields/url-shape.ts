// The address of a request, as far as it can be checked before the run.

import type { DocumentNode } from "../document/document-node.ts";
import { placeOf } from "../document/place-of.ts";
import { addProblem } from "../document/report.ts";
import type { ReadContext, Shape } from "../shape/shape.ts";
import { templateShape } from "../shape/template-shape.ts";
import { textParts } from "../template/text-parts.ts";
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

function checkBeginning(read: Template, mustBeAbsolute: boolean): Wrong | null {
  const [first] = textParts(read);
  if (typeof first !== "string" || absolute.test(first)) return null;
  if (first.startsWith("/")) {
    const fix = "write the whole URL, or set `defaults.base_url`";
    return mustBeAbsolute ? { message: "a URL that begins with `/` needs `defaults.base_url`", fix } : null;
  }
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(first)?.[1];
  return scheme === undefined
    ? { message: "the URL does not begin with `http://` or `https://`", fix: "write `https://` before it" }
    : { message: `\`${scheme}:\` cannot be called`, fix: "use `http://` or `https://`" };
}

/** What the author wrote, with `x` for what stands between: a value has no characters that these checks look for. */
function checkTexts(read: Template, base: boolean): Wrong | null {
  const parts = textParts(read);
  const text = parts.map((part) => (typeof part === "string" ? part : "x")).join("");
  if (/[\s\\\p{Cc}]/u.test(text)) {
    return { message: "the URL has white space, a backslash or a control character", fix: null };
  }
  if (text.includes("#")) {
    return { message: "the URL has a fragment, which is never sent", fix: "remove what begins with `#`" };
  }
  if (base && text.includes("?")) {
    return { message: "`base_url` has a query", fix: "give parameters in the `query` of each request" };
  }
  const host = typeof parts[0] === "string" ? /^https?:\/\/([^/?#]*)/i.exec(text)?.[1] : undefined;
  if (host === undefined) return null;
  if (host === "") return { message: "the URL has no host", fix: null };
  if (host.includes("@")) return { message: "the URL has credentials", fix: "give them in `auth`" };
  if (/^(?:\[[0-9A-Fa-f:.]+\]|[^[\]:]+)(?::[0-9x]{1,5})?$/.test(host)) return null;
  return { message: `\`${host}\` is not a host`, fix: null };
}

function reportUrl(node: DocumentNode, wrong: Wrong, context: ReadContext): void {
  addProblem(context.report, "invalid_url", placeOf(node), wrong.message, wrong.fix);
}
