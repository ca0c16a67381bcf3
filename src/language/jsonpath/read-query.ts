// Turns the parser's objects into a query as data.

import { JSONPathEnvironment, type JSONPathQuery, jsonpath, TokenKind } from "json-p3";
import type { Json } from "../../value/json.ts";
import type { Comparable, Condition, FilterQuery, Query, Segment, Selector } from "./query.ts";

type ParsedSegment = JSONPathQuery["segments"][number];
type Parsed = InstanceType<typeof jsonpath.expressions.FilterExpression>;

const { selectors, expressions } = jsonpath;
const environment = new JSONPathEnvironment();

/** Throws what the parser throws: a `JSONPathError` with the token at fault, or a RangeError when it nests too deep. */
export function readQuery(text: string): Query {
  return queryOf(environment.compile(text));
}

function queryOf(parsed: JSONPathQuery): Query {
  return { segments: parsed.segments.map(segmentOf), singular: parsed.singularQuery() };
}

function segmentOf(segment: ParsedSegment): Segment {
  return {
    descendant: segment.token.kind === TokenKind.DDOT,
    selectors: segment.selectors.map(selectorOf),
  };
}

function selectorOf(selector: ParsedSegment["selectors"][number]): Selector {
  if (selector instanceof selectors.NameSelector) return { type: "name", name: selector.name };
  if (selector instanceof selectors.IndexSelector) return { type: "index", index: selector.index };
  if (selector instanceof selectors.WildcardSelector) return { type: "wildcard" };
  if (selector instanceof selectors.SliceSelector) {
    const { start, stop, step } = selector;
    return { type: "slice", start: start ?? null, end: stop ?? null, step: step ?? 1 };
  }
  if (selector instanceof selectors.FilterSelector) {
    return { type: "filter", condition: conditionOf(selector.expression.expression) };
  }
  throw new Error("the parser knows a selector that RFC 9535 does not");
}

function conditionOf(parsed: Parsed): Condition {
  if (parsed instanceof expressions.LogicalExpression) return conditionOf(parsed.expression);
  if (parsed instanceof expressions.PrefixExpression)
    return { type: "not", operand: conditionOf(parsed.right) };
  if (parsed instanceof expressions.FilterQuery) return { type: "exists", query: filterQueryOf(parsed) };
  if (parsed instanceof expressions.FunctionExtension && isTest(parsed.name)) {
    const [text, pattern] = parsed.args.map(comparableOf);
    if (text !== undefined && pattern !== undefined) return { type: parsed.name, text, pattern };
  }
  if (parsed instanceof expressions.InfixExpression) {
    const { operator, left, right } = parsed;
    if (operator === "&&" || operator === "||") {
      return {
        type: operator === "&&" ? "and" : "or",
        left: conditionOf(left),
        right: conditionOf(right),
      };
    }
    return { type: "compare", operator, left: comparableOf(left), right: comparableOf(right) };
  }
  throw new Error("the parser let through what is no condition");
}

function isTest(name: string): name is "match" | "search" {
  return name === "match" || name === "search";
}

function comparableOf(parsed: Parsed): Comparable {
  if (parsed instanceof expressions.NumberLiteral) {
    return { type: "literal", value: exactNumber(parsed.value, parsed.token.value) };
  }
  if (parsed instanceof expressions.NullLiteral) return { type: "literal", value: null };
  if (parsed instanceof expressions.BooleanLiteral) return { type: "literal", value: parsed.value };
  if (parsed instanceof expressions.StringLiteral) return { type: "literal", value: parsed.value };
  if (parsed instanceof expressions.FilterQuery) return { type: "single", query: filterQueryOf(parsed) };
  if (parsed instanceof expressions.FunctionExtension) {
    const [argument] = parsed.args;
    if (parsed.name === "length" && argument !== undefined) {
      return { type: "length", argument: comparableOf(argument) };
    }
    if ((parsed.name === "count" || parsed.name === "value") && argument instanceof expressions.FilterQuery) {
      return { type: parsed.name, query: filterQueryOf(argument) };
    }
  }
  throw new Error("the parser let through what cannot be compared");
}

/** The parser makes doubles; integers beyond 2^53 are big integers here as everywhere. */
function exactNumber(value: number, source: string): Json {
  return /^-?\d+$/.test(source) && !Number.isSafeInteger(value) ? BigInt(source) : value;
}

function filterQueryOf(parsed: InstanceType<typeof expressions.FilterQuery>): FilterQuery {
  return {
    from: parsed instanceof expressions.RootQuery ? "root" : "current",
    query: queryOf(parsed.path),
  };
}
