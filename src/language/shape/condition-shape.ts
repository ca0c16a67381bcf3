// A condition: a text that is an expression as it stands, or an object that names its language.

import type { Json } from "../../value/json.ts";
import type { DocumentNode, ScalarNode } from "../document/document-node.ts";
import { placeOf } from "../document/place-of.ts";
import { addProblem, addWarning } from "../document/report.ts";
import { evaluateExpression } from "../evaluate-expression.ts";
import type { Expression, Scope } from "../expression.ts";
import { childrenOf } from "../path/children-of.ts";
import type { PathNode } from "../path-syntax.ts";
import { parseExpressionText } from "../template/parse-expression-text.ts";
import type { ReadContext, Shape } from "./shape.ts";
import { expressionSchema, languageOf, readExpressionText, reportExpression } from "./template-shape.ts";
import { wrongType } from "./wrong-type.ts";

export function conditionShape(): Shape<Expression> {
  return {
    read(node, context) {
      const text = textOfCondition(node, context);
      if (text === null) return undefined;
      const parsed = parseExpressionText(String(text.value));
      if (!parsed.ok) {
        reportExpression(parsed.error, text, context);
        return undefined;
      }
      context.uses.push({ root: parsed.expression.root, node: text, secrets: false });
      checkConstant(parsed.expression, text, context);
      return parsed.expression;
    },
    schema(definitions) {
      definitions.set("expression", expressionSchema);
      definitions.set("condition", {
        description: "An expression that gives true, false or null (which counts as false).",
        anyOf: [{ type: "string" }, { $ref: "#/$defs/expression" }],
      });
      return { $ref: "#/$defs/condition" };
    },
  };
}

function textOfCondition(node: DocumentNode, context: ReadContext): ScalarNode | null {
  if (node.type === "object") {
    const lang = languageOf(node);
    if (lang !== null) return readExpressionText(node, lang, context);
  }
  if (node.type !== "scalar" || typeof node.value !== "string") {
    wrongType(context, node, "an expression in a text");
    return null;
  }
  if (/^\s*return\b/.test(node.value)) {
    const message = "a condition that begins with `return` is Lua, which is not available yet";
    addProblem(
      context.report,
      "language_not_available",
      placeOf(node),
      message,
      "write the condition in the path language",
    );
    return null;
  }
  return node;
}

const nothing: Scope = { root: () => undefined, step: () => undefined };

/** A condition that reads nothing is always the same: worth a warning, and an error when it is no boolean. */
function checkConstant(expression: Expression, text: ScalarNode, context: ReadContext): void {
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
