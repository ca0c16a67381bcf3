// Parses the text of a template: what stands between `{{` and `}}` is an expression.

import type { Json } from "../../value/json.ts";
import type { Expression } from "../expression.ts";
import { parsePath } from "../parse-path.ts";
import type { PathError } from "../path/path-error.ts";
import type { PathNode } from "../path-syntax.ts";
import type { Template, TextPart } from "../template.ts";

interface ParsedTemplateText {
  /** What is wrong is left out of it. */
  readonly template: Template;
  /** Roots of the expressions; their spans are offsets in the text. */
  readonly roots: readonly PathNode[];
  readonly errors: readonly PathError[];
}

const open = "{{";
const close = "}}";

/** A text that is one single expression gives its raw value; text around it gives a text. */
export function parseTemplateText(text: string): ParsedTemplateText {
  let from = text.indexOf(open);
  if (from < 0) return { template: { type: "literal", value: text }, roots: [], errors: [] };
  const parts: TextPart[] = [];
  const roots: PathNode[] = [];
  const errors: PathError[] = [];
  let done = 0;
  while (from >= 0) {
    if (from > done) parts.push(text.slice(done, from));
    const parsed = parsePath(text, from + open.length, "braces");
    if (parsed.ok) {
      roots.push(parsed.root);
      parts.push(partOf(parsed.root, text.slice(from + open.length, parsed.end - close.length).trim()));
      done = parsed.end;
    } else {
      errors.push(parsed.error);
      const resumed = text.indexOf(close, from);
      done = resumed < 0 ? text.length : resumed + close.length;
    }
    from = text.indexOf(open, done);
  }
  if (done < text.length) parts.push(text.slice(done));
  return { template: templateOf(parts), roots, errors };
}

function partOf(root: PathNode, source: string): TextPart {
  return root.type === "secret" ? { secret: root.name } : { lang: "path", source, root };
}

function templateOf(parts: readonly TextPart[]): Template {
  const [only] = parts;
  if (parts.length !== 1 || only === undefined) return { type: "text", parts };
  if (typeof only === "string") return { type: "literal", value: only satisfies Json };
  if ("secret" in only) return { type: "secret", name: only.secret };
  return { type: "expression", expression: only satisfies Expression };
}
