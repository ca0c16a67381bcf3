// The headers of a request: names to templates.

import type { DocumentEntry } from "../document/document-node.ts";
import { placeOf, placeOfKey } from "../document/place-of.ts";
import { addProblem } from "../document/report.ts";
import { headerName, isEngineHeader, isHeaderValue } from "../request/header-rules.ts";
import { mapShape } from "../shape/map-shape.ts";
import type { ReadContext, Shape } from "../shape/shape.ts";
import { templateShape } from "../shape/template-shape.ts";
import type { Template } from "../template.ts";

const template = templateShape({ secrets: true, takes: "any" });

const value: Shape<Template> = {
  read(node, context) {
    const read = template.read(node, context);
    const parts = read?.type === "text" ? read.parts : read?.type === "literal" ? [read.value] : [];
    if (node.type === "object" && read?.type !== "expression" && read?.type !== "secret") {
      addProblem(
        context.report,
        "invalid_header",
        placeOf(node),
        "the value of a header is a text or a list of texts",
      );
    } else if (parts.some((part) => typeof part === "string" && !isHeaderValue(part))) {
      const message = "the value has a line break, another control character or a character beyond U+00FF";
      addProblem(context.report, "invalid_header", placeOf(node), message);
    }
    return read;
  },
  schema: template.schema,
};

function checkKey(entry: DocumentEntry, context: ReadContext): void {
  if (!isEngineHeader(entry.key.toLowerCase())) return;
  const message = `the engine sets the header \`${entry.key}\` itself`;
  addProblem(context.report, "engine_header", placeOfKey(entry), message, "remove it");
}

export const headersShape = mapShape({
  key: "the name of a header",
  value,
  pattern: headerName,
  lengthMax: 256,
  words: "letters, digits and `-`",
  checkKey,
});
