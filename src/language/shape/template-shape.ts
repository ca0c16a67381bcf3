// A template: any JSON value with expressions in its texts.

import {
  type DocumentNode,
  describe,
  entryOf,
  jsonOf,
  type ObjectNode,
  type ScalarNode,
} from "../document/document-node.ts";
import { placeInText, placeOf } from "../document/place-of.ts";
import { addProblem, isFull } from "../document/report.ts";
import type { ProblemCode } from "../document-problems.ts";
import type { PathError } from "../path/path-error.ts";
import { parseExpressionText } from "../template/parse-expression-text.ts";
import { parseTemplateText } from "../template/parse-template-text.ts";
import type { Template } from "../template.ts";
import { didYouMean } from "./closest-name.ts";
import type { ReadContext, Shape } from "./shape.ts";
import { wrongType } from "./wrong-type.ts";

interface TemplateRules {
  /** True in the fields of a call. */
  readonly secrets: boolean;
  /** `text`: only a text, or an expression that gives one. */
  readonly takes: "any" | "text";
}

export function templateShape(rules: TemplateRules): Shape<Template> {
  return {
    read: (node, context) => readTemplate(node, rules, context),
    schema(definitions) {
      const about = "A template: `{{ expression }}` within a text is evaluated.";
      definitions.set("template", {
        description: `${about} Any JSON value; an object with exactly the keys \`expr\` and \`lang\` is an expression.`,
      });
      definitions.set("text-template", {
        description: about,
        anyOf: [{ type: "string" }, { $ref: "#/$defs/expression" }],
      });
      definitions.set("expression", expressionSchema);
      return { $ref: rules.takes === "any" ? "#/$defs/template" : "#/$defs/text-template" };
    },
  };
}

export const expressionSchema = {
  type: "object",
  description: "An expression, in the language `lang`.",
  properties: { expr: { type: "string" }, lang: { enum: ["path"] } },
  required: ["expr", "lang"],
  additionalProperties: false,
} as const;

function readTemplate(node: DocumentNode, rules: TemplateRules, context: ReadContext): Template | undefined {
  if (node.type === "scalar" && typeof node.value === "string")
    return readText(node, node.value, rules, context);
  if (node.type === "object") {
    const lang = languageOf(node);
    if (lang !== null) return readExpressionObject(node, lang, rules, context);
  }
  if (rules.takes === "text") return wrongType(context, node, "a text");
  if (node.type === "scalar") return { type: "literal", value: node.value };
  const parts = node.type === "list" ? node.items : node.entries.map((entry) => entry.value);
  const templates = parts.map((part) => readTemplate(part, rules, context));
  if (templates.some((template) => template === undefined)) return undefined;
  const read = templates as readonly Template[];
  if (read.every((template) => template.type === "literal")) return { type: "literal", value: jsonOf(node) };
  if (node.type === "list") return { type: "list", items: read };
  return {
    type: "object",
    entries: node.entries.map((entry, index) => [entry.key, read[index] as Template]),
  };
}

function readText(
  node: ScalarNode,
  text: string,
  rules: TemplateRules,
  context: ReadContext,
): Template | undefined {
  const parsed = parseTemplateText(text);
  for (const root of parsed.roots) context.uses.push({ root, node, secrets: rules.secrets });
  for (const error of parsed.errors) reportExpression(error, node, context);
  return parsed.errors.length > 0 ? undefined : parsed.template;
}

/** The text of `lang` when `node` has exactly the keys `expr` and `lang` and says its language as it stands. */
export function languageOf(node: ObjectNode): string | null {
  if (node.entries.length !== 2 || entryOf(node, "expr") === undefined) return null;
  const lang = entryOf(node, "lang")?.value;
  if (lang?.type !== "scalar" || typeof lang.value !== "string") return null;
  return lang.value.includes("{{") ? null : lang.value;
}

function readExpressionObject(
  node: ObjectNode,
  lang: string,
  rules: TemplateRules,
  context: ReadContext,
): Template | undefined {
  if (lang === "literal" && rules.takes === "any") return { type: "literal", value: jsonOf(node) };
  const text = readExpressionText(node, lang, context);
  if (text === null) return undefined;
  const parsed = parseExpressionText(String(text.value));
  if (!parsed.ok) {
    reportExpression(parsed.error, text, context);
    return undefined;
  }
  const { expression } = parsed;
  context.uses.push({ root: expression.root, node: text, secrets: rules.secrets });
  return expression.root.type === "secret"
    ? { type: "secret", name: expression.root.name }
    : { type: "expression", expression };
}

/** The node of `expr`, which must be a text in the path language. Reports and gives null when it is not. */
export function readExpressionText(node: ObjectNode, lang: string, context: ReadContext): ScalarNode | null {
  const expr = entryOf(node, "expr")?.value as DocumentNode;
  const place = placeOf((entryOf(node, "lang") as { value: DocumentNode }).value);
  if (lang === "jsonpath" || lang === "lua") {
    addProblem(
      context.report,
      "language_not_available",
      place,
      `\`${lang}\` is not available yet`,
      "write the expression in `path`",
    );
  } else if (lang !== "path") {
    const fix =
      didYouMean(lang, ["path", "jsonpath", "lua", "literal"]) ??
      "write `path`, or `literal` for an object that is sent as it is";
    addProblem(
      context.report,
      "unknown_language",
      place,
      `\`${lang}\` is not a language of expressions`,
      fix,
    );
  } else if (expr.type !== "scalar" || typeof expr.value !== "string") {
    addProblem(
      context.report,
      "wrong_type",
      placeOf(expr),
      `an expression is a text, and this is ${describe(expr)}`,
    );
  } else {
    return expr;
  }
  return null;
}

/** Reports what is wrong with an expression in the text `node`. */
export function reportExpression(error: PathError, node: ScalarNode, context: ReadContext): void {
  if (isFull(context.report)) return;
  const place = placeInText(context.report, node, error.at, error.at + error.length);
  addProblem(context.report, error.code as ProblemCode, place, error.message, error.fix);
}
