// A condition: a text that is an expression as it stands, or an object that names its language.

import type { Json } from "../../value/json.ts";
import { type DocumentNode, entryOf, type ScalarNode } from "../document/document-node.ts";
import { placeOf } from "../document/place-of.ts";
import { addProblem, addWarning } from "../document/report.ts";
import { evaluateExpression } from "../evaluate-expression.ts";
import type { Expression, PathExpression, Scope } from "../expression.ts";
import { childrenOf } from "../path/children-of.ts";
import type { PathNode } from "../path-syntax.ts";
import { parseExpressionText } from "../template/parse-expression-text.ts";
import type { ReadContext, Shape } from "./shape.ts";
import {
  expressionSchema,
  languageOf,
  readExpressionText,
  readSandboxExpression,
  reportExpression,
} from "./template-shape.ts";
import { wrongType } from "./wrong-type.ts";

/** A condition: gives true, false or null. A text that begins with `return` is Lua. */
export function conditionShape(): Shape<Expression> {
  return bareExpressionShape(
    "condition",
    "An expression that gives true, false or null (which counts as false).",
    returnIsLua,
  );
}

/** An expression whose bare text needs no braces. `sibling`: a field `lang` beside it says its language, as in `reduce`. */
export function expressionShape({ sibling }: { readonly sibling: boolean }): Shape<Expression> {
  const about = "An expression; one whole `{{ }}` means the same.";
  return bareExpressionShape("bare-expression", about, sibling ? siblingLanguage : pathAlways);
}

/** Says the language of a bare text. */
type LanguageOf = (node: ScalarNode) => Expression["lang"];

function bareExpressionShape(
  name: "condition" | "bare-expression",
  about: string,
  language: LanguageOf,
): Shape<Expression> {
  return {
    read(node, context) {
      const found = textOfExpression(node, language, context);
      if (found === null) return undefined;
      const { text, lang } = found;
      if (lang !== "path") return readSandboxExpression(lang, text, false, context);
      const parsed = parseExpressionText(String(text.value));
      if (!parsed.ok) {
        reportExpression(parsed.error, text, context);
        return undefined;
      }
      context.uses.push({ root: parsed.expression.root, sandbox: null, node: text, secrets: false });
      if (name === "condition") checkConstant(parsed.expression, text, context);
      return parsed.expression;
    },
    schema(definitions) {
      definitions.set("expression", expressionSchema);
      definitions.set(name, {
        description: about,
        anyOf: [{ type: "string" }, { $ref: "#/$defs/expression" }],
      });
      return { $ref: `#/$defs/${name}` };
    },
  };
}

interface FoundText {
  readonly text: ScalarNode;
  readonly lang: Expression["lang"];
}

function textOfExpression(node: DocumentNode, language: LanguageOf, context: ReadContext): FoundText | null {
  if (node.type === "object") {
    const lang = languageOf(node);
    if (lang !== null) return readExpressionText(node, lang, context);
  }
  if (node.type !== "scalar" || typeof node.value !== "string") {
    wrongType(context, node, "an expression in a text");
    return null;
  }
  return { text: node, lang: language(node) };
}

const pathAlways: LanguageOf = () => "path";

const returnIsLua: LanguageOf = (node) => (/^\s*return\b/.test(String(node.value)) ? "lua" : "path");

function siblingLanguage(node: ScalarNode): Expression["lang"] {
  const lang = node.parent?.type === "object" ? entryOf(node.parent, "lang")?.value : undefined;
  const named = lang?.type === "scalar" ? lang.value : null;
  return named === "lua" || named === "jsonpath" ? named : "path";
}

const nothing: Scope = { root: () => undefined, step: () => undefined };

/** A condition that reads nothing is always the same: worth a warning, and an error when it is no boolean. */
function checkConstant(expression: PathExpression, text: ScalarNode, context: ReadContext): void {
  if (readsContext(expression.root)) return;
  const result = evaluateExpression(expression, nothing);
  const value: Json | undefined = result.ok ? result.value : undefined;
  if (value === null || typeof value === "boolean") {
    addWarning(
      context.report,
      "constant_condition",
      placeOf(text),
      `the condition is always ${value === true ? "true" : "false"}`,
    );
  } else {
    addProblem(
      context.report,
      "condition_not_boolean",
      placeOf(text),
      "the condition can never be true, false or null",
    );
  }
}

function readsContext(node: PathNode): boolean {
  return (
    node.type === "root" ||
    node.type === "step" ||
    node.type === "secret" ||
    childrenOf(node).some(readsContext)
  );
}
