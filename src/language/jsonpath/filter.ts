// Decides whether a filter's condition holds for a node (RFC 9535, sections 2.3.5 and 2.4).

import { isJsonObject, type Json } from "../../value/json.ts";
import { compareOrder } from "../evaluate/compare-order.ts";
import { EvaluationError } from "../evaluate/evaluation-error.ts";
import { sameValue } from "../evaluate/same-value.ts";
import { spendSteps } from "../evaluate/work.ts";
import { compileIRegexp, type IRegexp, patternTooLarge } from "./i-regexp.ts";
import type { JsonPathScope } from "./json-path-scope.ts";
import type { Comparable, Condition, FilterQuery } from "./query.ts";
import { select } from "./select.ts";

/** Instructions times characters that count as one step. */
const matchingPerStep = 256;
/** Steps for an instruction of a pattern that is compiled. */
const compilingSteps = 50;

export function holds(condition: Condition, current: Json, scope: JsonPathScope): boolean {
  spendSteps(scope.work, 1);
  switch (condition.type) {
    case "and":
      return holds(condition.left, current, scope) && holds(condition.right, current, scope);
    case "or":
      return holds(condition.left, current, scope) || holds(condition.right, current, scope);
    case "not":
      return !holds(condition.operand, current, scope);
    case "exists":
      return nodesOf(condition.query, current, scope).length > 0;
    case "compare":
      return compare(
        condition.operator,
        comparableValue(condition.left, current, scope),
        comparableValue(condition.right, current, scope),
        scope,
      );
    case "match":
    case "search":
      return fits(
        condition.type,
        comparableValue(condition.text, current, scope),
        comparableValue(condition.pattern, current, scope),
        scope,
      );
  }
}

function nodesOf({ from, query }: FilterQuery, current: Json, scope: JsonPathScope): readonly Json[] {
  return select(query, from === "root" ? scope.root : current, scope);
}

/** Undefined is `Nothing` of section 2.4.1. */
function comparableValue(comparable: Comparable, current: Json, scope: JsonPathScope): Json | undefined {
  switch (comparable.type) {
    case "literal":
      return comparable.value;
    case "single":
      return nodesOf(comparable.query, current, scope)[0];
    case "count":
      return nodesOf(comparable.query, current, scope).length;
    case "value": {
      const nodes = nodesOf(comparable.query, current, scope);
      return nodes.length === 1 ? nodes[0] : undefined;
    }
    case "length":
      return lengthOf(comparableValue(comparable.argument, current, scope), scope);
  }
}

/** Section 2.4.4: a text's characters are its code points. */
function lengthOf(value: Json | undefined, scope: JsonPathScope): number | undefined {
  if (typeof value === "string") {
    spendSteps(scope.work, value.length / matchingPerStep);
    let pairs = 0;
    for (let index = 0; index < value.length; index++) {
      const unit = value.codePointAt(index) ?? 0;
      if (unit > 0xffff) {
        pairs++;
        index++;
      }
    }
    return value.length - pairs;
  }
  if (Array.isArray(value)) return value.length;
  if (!isJsonObject(value)) return undefined;
  const count = Object.keys(value).length;
  spendSteps(scope.work, count);
  return count;
}

/** Section 2.3.5.2.2. */
function compare(
  operator: string,
  left: Json | undefined,
  right: Json | undefined,
  scope: JsonPathScope,
): boolean {
  switch (operator) {
    case "==":
      return same(left, right, scope);
    case "!=":
      return !same(left, right, scope);
    case "<":
      return before(left, right, scope);
    case ">":
      return before(right, left, scope);
    case "<=":
      return before(left, right, scope) || same(left, right, scope);
    default:
      return before(right, left, scope) || same(left, right, scope);
  }
}

function same(left: Json | undefined, right: Json | undefined, scope: JsonPathScope): boolean {
  if (left === undefined || right === undefined) return left === right;
  return sameValue(left, right, scope.work);
}

function before(left: Json | undefined, right: Json | undefined, scope: JsonPathScope): boolean {
  if (left === undefined || right === undefined) return false;
  const ordered =
    (isNumber(left) && isNumber(right)) || (typeof left === "string" && typeof right === "string");
  return ordered && compareOrder(left, right, scope.work) < 0;
}

function isNumber(value: Json): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

function fits(
  how: "match" | "search",
  text: Json | undefined,
  pattern: Json | undefined,
  scope: JsonPathScope,
): boolean {
  if (typeof text !== "string" || typeof pattern !== "string") return false;
  const compiled = patternOf(pattern, scope);
  if (compiled === null) return false;
  spendSteps(scope.work, 1 + (text.length * compiled.size) / matchingPerStep);
  return compiled[how](text);
}

function patternOf(source: string, scope: JsonPathScope): IRegexp | null {
  const known = scope.patterns.get(source);
  if (known !== undefined) return known;
  spendSteps(scope.work, 100 + source.length);
  const compiled = compileIRegexp(source);
  if (compiled === "too_large") throw new EvaluationError("jsonpath_error", patternTooLarge);
  spendSteps(scope.work, (compiled?.size ?? 0) * compilingSteps);
  scope.patterns.set(source, compiled);
  return compiled;
}
