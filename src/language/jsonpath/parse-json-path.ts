// Parses a JSONPath query for registration: is it one, and which steps does it read?

import { JSONPathError } from "json-p3";
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

/** Enough for any query that a person reads; the parser's time is not linear in it. */
const lengthMax = 4_096;

export function parseJsonPath(text: string): ParsedJsonPath {
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
  visitRootQueries({ from: "root", query }, (one) => {
    const read = stepsRead(one);
    if (read === "every") readsEveryStep = true;
    else for (const id of read) stepIds.add(id);
  });
  return { ok: true, query, singular: query.singular, stepIds: [...stepIds], readsEveryStep };
}

function refused(message: string, at: number, length: number): ParsedJsonPath {
  return { ok: false, error: { message, at, length } };
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

/** Calls `found` for `start` and for each query within its filters, when it begins at the root. */
function visitRootQueries(start: FilterQuery, found: (query: Query) => void): void {
  if (start.from === "root") found(start.query);
  for (const { selectors } of start.query.segments) {
    for (const selector of selectors) {
      if (selector.type === "filter") visitCondition(selector.condition, found);
    }
  }
}

function visitCondition(condition: Condition, found: (query: Query) => void): void {
  switch (condition.type) {
    case "and":
    case "or":
      visitCondition(condition.left, found);
      visitCondition(condition.right, found);
      break;
    case "not":
      visitCondition(condition.operand, found);
      break;
    case "exists":
      visitRootQueries(condition.query, found);
      break;
    case "compare":
      visitComparable(condition.left, found);
      visitComparable(condition.right, found);
      break;
    case "match":
    case "search":
      visitComparable(condition.text, found);
      visitComparable(condition.pattern, found);
  }
}

function visitComparable(comparable: Comparable, found: (query: Query) => void): void {
  if (comparable.type === "length") visitComparable(comparable.argument, found);
  else if (comparable.type !== "literal") visitRootQueries(comparable.query, found);
}
