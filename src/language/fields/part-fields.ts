// The fields of one part of a multipart body.

import type { DocumentEntry } from "../document/document-node.ts";
import { placeOf, placeOfKey } from "../document/place-of.ts";
import { addProblem } from "../document/report.ts";
import { type ObjectRead, objectShape } from "../shape/object-shape.ts";
import type { ReadContext, Shape } from "../shape/shape.ts";
import { templateShape } from "../shape/template-shape.ts";
import { textShape } from "../shape/text-shape.ts";

const textTemplate = templateShape({ secrets: true, takes: "text" });
/** A secret cannot be seen in base64, so that none may stand there. */
export const base64Template = templateShape({ secrets: false, takes: "text" });

const plainName = textShape(256);

/** Sent as it stands; whoever writes an expression there means something else. */
const nameShape: Shape<string> = {
  read(node, context) {
    const name = plainName.read(node, context);
    if (name?.includes("{{") !== true || context.isStored) return name;
    const message = "the name of a part is no template: `{{` would be sent as it stands";
    addProblem(context.report, "invalid_name", placeOf(node), message, "write the name itself");
  },
  schema: (definitions) => ({ ...plainName.schema(definitions), not: { pattern: "\\{\\{" } }),
};

const partFields = {
  name: {
    about: "The name of the form's field, as it is sent: no template.",
    shape: nameShape,
    required: true,
  },
  filename: { about: "The name of the file; without it the part is a field.", shape: textTemplate },
  content_type: {
    about: "What the content is; without it, what it was given as.",
    shape: textTemplate,
  },
  text: {
    about: "The content as text. A null drops the part, a list repeats it.",
    shape: templateShape({ secrets: true, takes: "any" }),
  },
  base64: {
    about:
      "The content as base64, sent as the bytes that it stands for. A null drops the part, a list repeats it.",
    shape: templateShape({ secrets: false, takes: "any" }),
  },
  body: { about: "The content as JSON.", shape: templateShape({ secrets: true, takes: "any" }) },
} as const;

export type PartRead = ObjectRead<typeof partFields>;

const contents = ["text", "base64", "body"] as const;

export const partShape = objectShape({
  name: "part",
  about: "One field or file of a multipart body.",
  fields: partFields,
  check: checkPart,
  rules: { oneOf: contents.map((name) => ({ required: [name] })) },
});

function checkPart(read: PartRead, context: ReadContext): void {
  const [first, ...more] = contents.flatMap((name): DocumentEntry[] => {
    const entry = read.entries[name];
    return entry === undefined ? [] : [entry];
  });
  if (first === undefined) {
    const place = { ...placeOf(read.node), end: read.node.start + 1 };
    const fix = "give it a `text`, `base64` or `body`";
    addProblem(context.report, "missing_field", place, "a part needs its content", fix);
  }
  for (const entry of more) {
    const message = `the part has a \`${first?.key}\` already`;
    addProblem(context.report, "body_twice", placeOfKey(entry), message, "make two parts of it");
  }
}
