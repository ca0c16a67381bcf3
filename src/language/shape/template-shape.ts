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
import type { Expression, SandboxExpression } from "../expression.ts";
import { parseJsonPath } from "../jsonpath/parse-json-path.ts";
import { lateName, namesSecret } from "../late-lua.ts";
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
  properties: { expr: {}, lang: { enum: ["path", "jsonpath", "lua", "literal"] } },
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
  for (const root of parsed.roots) context.uses.push({ root, sandbox: null, node, secrets: rules.secrets });
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
  const found = readExpressionText(node, lang, context);
  if (found === null) return undefined;
  const { text } = found;
  if (found.lang !== "path") {
    const sandboxed = readSandboxExpression(found.lang, text, rules.secrets, context);
    if (sandboxed?.lang === "lua" && namesSecret(sandboxed.source)) {
      return { type: "secret", name: lateName(sandboxed.source) };
    }
    return sandboxed === undefined ? undefined : { type: "expression", expression: sandboxed };
  }
  const parsed = parseExpressionText(String(text.value));
  if (!parsed.ok) {
    reportExpression(parsed.error, text, context);
    return undefined;
  }
  const { expression } = parsed;
  context.uses.push({ root: expression.root, sandbox: null, node: text, secrets: rules.secrets });
  return expression.root.type === "secret"
    ? { type: "secret", name: expression.root.name }
    : { type: "expression", expression };
}

/** An expression in `jsonpath` or `lua`: parsed as far as it can be here. Undefined when it cannot be. */
export function readSandboxExpression(
  lang: SandboxExpression["lang"],
  node: ScalarNode,
  secrets: boolean,
  context: ReadContext,
): SandboxExpression | undefined {
  const source = String(node.value);
  if (lang === "jsonpath") {
    const parsed = parseJsonPath(source);
    if (!parsed.ok) {
      const { message, at, length } = parsed.error;
      const place = placeInText(context.report, node, at, at + Math.max(length, 1));
      if (!isFull(context.report)) addProblem(context.report, "invalid_jsonpath", place, message);
      return undefined;
    }
  }
  const sandbox: SandboxExpression = { lang, source };
  context.uses.push({ root: null, sandbox, node, secrets });
  return sandbox;
}

/** The text of `expr` and its language. Reports and gives null when it is no expression. */
export function readExpressionText(
  node: ObjectNode,
  lang: string,
  context: ReadContext,
): { readonly text: ScalarNode; readonly lang: Expression["lang"] } | null {
  const expr = entryOf(node, "expr")?.value as DocumentNode;
  const place = placeOf((entryOf(node, "lang") as { value: DocumentNode }).value);
  if (lang !== "path" && lang !== "jsonpath" && lang !== "lua") {
    const fix =
      didYouMean(lang, ["path", "jsonpath", "lua", "literal"]) ??
      "write `path`, or `literal` for an object that is sent as it is";
    const message = `\`${lang}\` is not a language of expressions`;
    addProblem(context.report, "unknown_language", place, message, fix);
  } else if (expr.type !== "scalar" || typeof expr.value !== "string") {
    const message = `an expression is a text, and this is ${describe(expr)}`;
    addProblem(context.report, "wrong_type", placeOf(expr), message);
  } else {
    return { text: expr, lang };
  }
  return null;
}

/** Reports what is wrong with an expression in the text `node`. */
export function reportExpression(error: PathError, node: ScalarNode, context: ReadContext): void {
  if (isFull(context.report)) return;
  const place = placeInText(context.report, node, error.at, error.at + error.length);
  addProblem(context.report, error.code as ProblemCode, place, error.message, error.fix);
}
