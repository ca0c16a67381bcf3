// The fields that say how further pages of an answer are asked for.

import { limits } from "../../value/limits.ts";
import type { DocumentNode } from "../document/document-node.ts";
import { placeOf } from "../document/place-of.ts";
import { addProblem } from "../document/report.ts";
import { expressionShape } from "../shape/condition-shape.ts";
import { mapShape } from "../shape/map-shape.ts";
import { integerShape } from "../shape/number-shape.ts";
import { type ObjectRead, objectShape } from "../shape/object-shape.ts";
import type { ReadContext, Shape } from "../shape/shape.ts";
import { languageOf, templateShape } from "../shape/template-shape.ts";
import { patternShape } from "../shape/text-shape.ts";
import type { PaginateRule } from "../workflow.ts";

export const pagesDefault = 100;

const nextFields = {
  link: {
    about: "The next page is the link of this relation in the header `Link` (RFC 8288), most often `next`.",
    shape: patternShape(/^[^\s"]+$/, 128, "a relation of a link, such as `next`", "invalid_name"),
  },
  query: {
    about:
      "Query parameters of the next page, in place of those of the request; there is none when all are null.",
    shape: mapShape({
      key: "the name of a query parameter",
      value: templateShape({ secrets: false, takes: "any" }),
      pattern: /^\P{Cc}+$/u,
      lengthMax: 256,
      words: "no control characters",
      min: 1,
    }),
  },
} as const;

type NextRead = ObjectRead<typeof nextFields>;

const nextObject = objectShape({
  name: "next page",
  about: "Where the next page is: a link of the header `Link`, or other query parameters.",
  fields: nextFields,
  check: checkNext,
  rules: { oneOf: [{ required: ["link"] }, { required: ["query"] }] },
});

function checkNext(read: NextRead, context: ReadContext): void {
  const { link, query } = read.entries;
  if ((link === undefined) !== (query === undefined)) return;
  const place = { ...placeOf(read.node), end: read.node.start + 1 };
  const code = link === undefined ? "missing_field" : "not_allowed_value";
  addProblem(context.report, code, place, "a next page needs one of `link` and `query`", null);
}

const address = expressionShape({ sibling: false });

/** An expression that gives an address, `{link: …}` or `{query: …}`. */
const nextShape: Shape<PaginateRule["next"]> = {
  read(node, context) {
    if (node.type === "object" && languageOf(node) === null) return readObject(node, context);
    const expression = address.read(node, context);
    return expression === undefined ? undefined : { type: "address", expression };
  },
  schema: (definitions) => ({ anyOf: [address.schema(definitions), nextObject.schema(definitions)] }),
};

function readObject(node: DocumentNode, context: ReadContext): PaginateRule["next"] | undefined {
  const { link, query } = nextObject.read(node, context)?.values ?? {};
  if (link !== undefined) return { type: "link", rel: link };
  return query === undefined
    ? undefined
    : { type: "query", query: query.map(({ name, value }) => [name, value]) };
}

const paginateFields = {
  next: {
    about:
      "Where the next page is: an expression over the latest page that gives its address, or null when there is none; `{link: next}`; or `{query: …}`.",
    shape: nextShape,
    required: true,
  },
  items: {
    about: "An expression that gives the list of a page; without it the body is the list.",
    shape: address,
  },
  max_pages: {
    about: "The most pages that are asked for; the step fails when there are more.",
    shape: integerShape(1, limits.pages),
    default: pagesDefault,
  },
} as const;

export type PaginateRead = ObjectRead<typeof paginateFields>;

export const paginateShape = objectShape({
  name: "paginate",
  about: "Further pages are asked for by GET, and the step's output is the list of the items of all.",
  fields: paginateFields,
});
