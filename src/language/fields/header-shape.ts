// The headers of a request: names to templates.

import type { DocumentEntry } from "../document/document-node.ts";
import { placeOf, placeOfKey } from "../document/place-of.ts";
import { addProblem } from "../document/report.ts";
import { headerName, isEngineHeader, isHeaderValue } from "../request/header-rules.ts";
import { mapShape } from "../shape/map-shape.ts";
import type { ReadContext, Shape } from "../shape/shape.ts";
import { templateShape } from "../shape/template-shape.ts";
import type { Template } from "../template.ts";

/** The value of a header. `secrets`: whether one may stand in it. */
function valueShape(secrets: boolean): Shape<Template> {
  const template = templateShape({ secrets, takes: "any" });
  return {
    read(node, context) {
      const read = template.read(node, context);
      const parts = read?.type === "text" ? read.parts : read?.type === "literal" ? [read.value] : [];
      if (node.type === "object" && read?.type !== "expression" && read?.type !== "secret") {
        const message = "the value of a header is a text or a list of texts";
        addProblem(context.report, "invalid_header", placeOf(node), message);
      } else if (parts.some((part) => typeof part === "string" && !isHeaderValue(part))) {
        const message = "the value has a line break, another control character or a character beyond U+00FF";
        addProblem(context.report, "invalid_header", placeOf(node), message);
      }
      return read;
    },
    schema: template.schema,
  };
}

function checkKey(entry: DocumentEntry, context: ReadContext): void {
  if (!isEngineHeader(entry.key.toLowerCase())) return;
  const message = `the engine sets the header \`${entry.key}\` itself`;
  addProblem(context.report, "engine_header", placeOfKey(entry), message, "remove it");
}

const rules = {
  key: "the name of a header",
  pattern: headerName,
  lengthMax: 256,
  words: "letters, digits and `-`",
  checkKey,
} as const;

export const headersShape = mapShape({ ...rules, value: valueShape(true) });

/** Headers of an answer of our own. */
export const answerHeadersShape = mapShape({ ...rules, value: valueShape(false) });
