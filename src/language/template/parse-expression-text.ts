// Parses a text that is an expression as it stands, as in `when`; one whole `{{ }}` means the same.

import type { PathExpression } from "../expression.ts";
import { parsePath } from "../parse-path.ts";
import { PathError } from "../path/path-error.ts";

type ParsedExpressionText =
  /** The spans of the expression's nodes are offsets in the text. */
  | { readonly ok: true; readonly expression: PathExpression }
  | { readonly ok: false; readonly error: PathError };

/** Error codes: those of `parsePath`, and `mixed_expression` for text around braces. */
export function parseExpressionText(text: string): ParsedExpressionText {
  const start = text.length - text.trimStart().length;
  if (!text.startsWith("{{", start)) {
    const parsed = parsePath(text, 0, "end");
    if (parsed.ok) return { ok: true, expression: { lang: "path", source: text.trim(), root: parsed.root } };
    return { ok: false, error: text.includes("{{") ? mixed(text, text.indexOf("{{")) : parsed.error };
  }
  const parsed = parsePath(text, start + 2, "braces");
  if (!parsed.ok) return { ok: false, error: parsed.error };
  if (text.slice(parsed.end).trim() !== "") return { ok: false, error: mixed(text, parsed.end) };
  const source = text.slice(start + 2, parsed.end - 2).trim();
  return { ok: true, expression: { lang: "path", source, root: parsed.root } };
}

function mixed(text: string, at: number): PathError {
  const message = "text and `{{ }}` are mixed where one expression must stand";
  return new PathError(
    "mixed_expression",
    message,
    at,
    text.length - at,
    "write the whole as one expression, without braces",
  );
}
