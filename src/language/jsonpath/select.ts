// Selects the values that a query names (RFC 9535, sections 2.3 and 2.5).

import { isJsonObject, type Json, member } from "../../value/json.ts";
import { spendSteps } from "../evaluate/work.ts";
import { holds } from "./filter.ts";
import type { JsonPathScope } from "./json-path-scope.ts";
import type { Query, Segment, Selector } from "./query.ts";

/** Values that are selected are held in memory, which costs more than looking at them. */
const stepsPerSelected = 3;

/** The values in order. Throws EvaluationError `too_much_work`. */
export function select(query: Query, start: Json, scope: JsonPathScope): readonly Json[] {
  let nodes: readonly Json[] = [start];
  for (const segment of query.segments) {
    const found: Json[] = [];
    for (const node of nodes) {
      if (segment.descendant) selectBelow(segment, node, scope, found);
      else selectFrom(segment, node, scope, found);
    }
    nodes = found;
  }
  return nodes;
}

/** Visits `top` and everything below it, each node before its children. */
function selectBelow(segment: Segment, top: Json, scope: JsonPathScope, found: Json[]): void {
  const open: Json[] = [top];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    spendSteps(scope.work, 1);
    if (typeof node !== "object" || node === null) continue;
    selectFrom(segment, node, scope, found);
    const children = childrenOf(node);
    for (let index = children.length - 1; index >= 0; index--) open.push(children[index] as Json);
  }
}

function selectFrom(segment: Segment, node: Json, scope: JsonPathScope, found: Json[]): void {
  for (const selector of segment.selectors) {
    spendSteps(scope.work, 1);
    selectOne(selector, node, scope, found);
  }
}

function selectOne(selector: Selector, node: Json, scope: JsonPathScope, found: Json[]): void {
  switch (selector.type) {
    case "name": {
      const value = isJsonObject(node) ? member(node, selector.name) : undefined;
      if (value !== undefined) found.push(value);
      break;
    }
    case "index": {
      const value = Array.isArray(node) ? (node as readonly Json[]).at(selector.index) : undefined;
      if (value !== undefined) found.push(value);
      break;
    }
    case "slice":
      if (Array.isArray(node)) selectSlice(selector, node, scope, found);
      break;
    case "wildcard":
      for (const child of childrenOf(node)) {
        spendSteps(scope.work, stepsPerSelected);
        found.push(child);
      }
      break;
    case "filter":
      for (const child of childrenOf(node)) {
        spendSteps(scope.work, 1);
        if (holds(selector.condition, child, scope)) found.push(child);
      }
  }
}

/** Section 2.3.4.2.2. */
function selectSlice(
  { start, end, step }: Extract<Selector, { readonly type: "slice" }>,
  list: readonly Json[],
  scope: JsonPathScope,
  found: Json[],
): void {
  const { length } = list;
  const normal = (place: number) => (place >= 0 ? place : length + place);
  const within = (place: number, least: number, most: number) => Math.min(Math.max(place, least), most);
  if (step > 0) {
    const upper = within(normal(end ?? length), 0, length);
    for (let place = within(normal(start ?? 0), 0, length); place < upper; place += step) take(place);
  } else if (step < 0) {
    const lower = end === null ? -1 : within(normal(end), -1, length - 1);
    for (let place = within(normal(start ?? length - 1), -1, length - 1); place > lower; place += step)
      take(place);
  }

  function take(place: number): void {
    spendSteps(scope.work, stepsPerSelected);
    found.push(list[place] as Json);
  }
}

function childrenOf(node: Json): readonly Json[] {
  if (Array.isArray(node)) return node;
  return isJsonObject(node) ? Object.values(node) : [];
}
