// The parts of a template that gives text.

import type { Template, TextPart } from "../template.ts";

/** What a text is put together from; nothing for a list or an object, which give no text. */
export function textParts(template: Template): readonly TextPart[] {
  switch (template.type) {
    case "literal":
      return [String(template.value)];
    case "expression":
      return [template.expression];
    case "secret":
      return [{ secret: template.name }];
    case "text":
      return template.parts;
    default:
      return [];
  }
}
