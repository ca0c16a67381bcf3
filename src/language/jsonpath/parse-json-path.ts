// Parses a JSONPath query for registration: is it one, and which steps does it read?

import { JSONPathError } from "json-p3";
import { limits } from "../../value/limits.ts";
import { compileIRegexp, patternTooLarge } from "./i-regexp.ts";
import type { Comparable, Condition, FilterQuery, Query } from "./query.ts";
import { readQuery } from "./read-query.ts";

export type ParsedJsonPath =
  | {
      readonly ok: true;
      readonly query: Query;
      /** Gives the value itself, null when there is none; any other query gives a list of values. */
      readonly singular: boolean;
      /** Ids of the steps that it names, each once. */
      readonly stepIds: readonly string[];
      /** It may read any step, because it selects from all of them or from the whole context. */
      readonly readsEveryStep: boolean;
    }
  | {
      readonly ok: false;
      readonly error: { readonly message: string; readonly at: number; readonly length: number };
    };

export function parseJsonPath(text: string): ParsedJsonPath {
  const lengthMax = limits.query_length;
  if (text.length > lengthMax) return refused(`a query has ${lengthMax} characters at most`, lengthMax, 1);
  let query: Query;
  try {
    query = readQuery(text);
  } catch (error) {
    if (error instanceof JSONPathError) {
      const { index, value } = error.token;
      const at = Math.max(0, Math.min(index, text.length));
      return refused(error.message.replace(/ \('[\s\S]*':-?\d+\)$/, ""), at, Math.max(1, value.length));
    }
    if (error instanceof RangeError) return refused("the query nests too deep", 0, text.length);
    throw error;
  }
  const stepIds = new Set<string>();
  let readsEveryStep = false;
  let tooLarge: string | null = null;
  const visitor: Visitor = {
    query(one) {
      const read = stepsRead(one);
      if (read === "every") readsEveryStep = true;
      else for (const id of read) stepIds.add(id);
    },
    pattern(pattern) {
      if (compileIRegexp(pattern) === "too_large") tooLarge ??= pattern;
    },
  };
  visitQueries({ from: "root", query }, visitor);
  if (tooLarge !== null) return refused(patternTooLarge, ...placeOf(tooLarge, text));
  return { ok: true, query, singular: query.singular, stepIds: [...stepIds], readsEveryStep };
}

function refused(message: string, at: number, length: number): ParsedJsonPath {
  return { ok: false, error: { message, at, length } };
}

/** Where a pattern stands in the text, as far as it stands there as it is meant. */
function placeOf(pattern: string, text: string): [at: number, length: number] {
  const at = text.indexOf(pattern);
  return at < 0 ? [0, text.length] : [at, pattern.length];
}

/** What a query from the root reads of `$.steps`. */
function stepsRead({ segments }: Query): readonly string[] | "every" {
  const [first, second] = segments;
  if (first === undefined || first.descendant) return "every";
  const toSteps = first.selectors.some((one) =>
    one.type === "name" ? one.name === "steps" : one.type === "wildcard" || one.type === "filter",
  );
  if (!toSteps) return [];
  if (second === undefined || second.descendant || first.selectors.some(({ type }) => type !== "name")) {
    return "every";
  }
  const ids: string[] = [];
  for (const selector of second.selectors) {
    if (selector.type === "wildcard" || selector.type === "filter") return "every";
    if (selector.type === "name") ids.push(selector.name);
  }
  return ids;
}

interface Visitor {
  /** Each query that begins at the root. */
  query(query: Query): void;
  /** Each pattern that stands in the text. */
  pattern(pattern: string): void;
}

/** Shows `start` and what stands within its filters. */
function visitQueries(start: FilterQuery, visitor: Visitor): void {
  if (start.from === "root") visitor.query(start.query);
  for (const { selectors } of start.query.segments) {
    for (const selector of selectors) {
      if (selector.type === "filter") visitCondition(selector.condition, visitor);
    }
  }
}

function visitCondition(condition: Condition, visitor: Visitor): void {
  switch (condition.type) {
    case "and":
    case "or":
      visitCondition(condition.left, visitor);
      visitCondition(condition.right, visitor);
      break;
    case "not":
      visitCondition(condition.operand, visitor);
      break;
    case "exists":
      visitQueries(condition.query, visitor);
      break;
    case "compare":
      visitComparable(condition.left, visitor);
      visitComparable(condition.right, visitor);
      break;
    case "match":
    case "search":
      visitComparable(condition.text, visitor);
      if (condition.pattern.type !== "literal") visitComparable(condition.pattern, visitor);
      else if (typeof condition.pattern.value === "string") visitor.pattern(condition.pattern.value);
  }
}

function visitComparable(comparable: Comparable, visitor: Visitor): void {
  if (comparable.type === "length") visitComparable(comparable.argument, visitor);
  else if (comparable.type !== "literal") visitQueries(comparable.query, visitor);
}
