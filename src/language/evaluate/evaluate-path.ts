// Evaluates the path language over a scope.

import { isJsonObject, type Json, member } from "../../value/json.ts";
import type { Scope } from "../expression.ts";
import type { ChainNode, ComparisonNode, Member, MembersNode, PathNode } from "../path-syntax.ts";
import { compareOrder } from "./compare-order.ts";
import { containsValue } from "./contains-value.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { kindOf } from "./kind-of.ts";
import { sameValue } from "./same-value.ts";
import { spendSteps, type Work } from "./work.ts";

/**
 * The value of `node`. A missing member is null. Throws EvaluationError: `not_a_boolean`, `not_comparable`, `not_a_member_key`,
 * `unknown_name`, `secret_outside_call`, `too_much_work`.
 */
export function evaluatePath(node: PathNode, scope: Scope, work: Work): Json {
  spendSteps(work, 1);
  switch (node.type) {
    case "literal":
      return node.value;
    case "root":
      return known(scope.root(node.name), node.name);
    case "step":
      return known(scope.step(node.id), `steps.${node.id}`);
    case "members":
      return evaluateMembers(node, scope, work);
    case "list":
      return node.items.map((item) => evaluatePath(item, scope, work));
    case "not":
      return !asBoolean(evaluatePath(node.operand, scope, work), "not");
    case "and":
    case "or":
    case "coalesce":
      return evaluateChain(node, scope, work);
    case "comparison":
      return evaluateComparison(node, scope, work);
    case "secret":
      throw new EvaluationError(
        "secret_outside_call",
        "a secret stands only in the fields of a call, by itself",
      );
  }
}

function known(value: Json | undefined, name: string): Json {
  if (value === undefined) throw new EvaluationError("unknown_name", `there is no \`${name}\` here`);
  return value;
}

function evaluateMembers(node: MembersNode, scope: Scope, work: Work): Json {
  let value = evaluatePath(node.of, scope, work);
  spendSteps(work, node.members.length);
  for (const entry of node.members) value = readMember(value, memberKey(entry, scope, work));
  return value;
}

function memberKey(entry: Member, scope: Scope, work: Work): Json {
  return typeof entry.key === "object" ? evaluatePath(entry.key, scope, work) : entry.key;
}

function readMember(value: Json, key: Json): Json {
  if (typeof key === "string") return isJsonObject(value) ? (member(value, key) ?? null) : null;
  if (key === null || typeof key === "bigint") return null;
  if (!Number.isInteger(key)) {
    throw new EvaluationError(
      "not_a_member_key",
      `a member is named by a text or a whole number, not by ${kindOf(key)}`,
    );
  }
  return Array.isArray(value) ? ((value as readonly Json[]).at(key as number) ?? null) : null;
}

function evaluateChain(node: ChainNode, scope: Scope, work: Work): Json {
  if (node.type === "coalesce") {
    for (const operand of node.operands) {
      const value = evaluatePath(operand, scope, work);
      if (value !== null) return value;
    }
    return null;
  }
  const settles = node.type === "or";
  for (const operand of node.operands) {
    if (asBoolean(evaluatePath(operand, scope, work), node.type) === settles) return settles;
  }
  return !settles;
}

/** Logic takes booleans, and null as false. */
function asBoolean(value: Json, operator: string): boolean {
  if (value === null) return false;
  if (typeof value === "boolean") return value;
  throw new EvaluationError("not_a_boolean", `\`${operator}\` takes booleans, and this is ${kindOf(value)}`);
}

function evaluateComparison(node: ComparisonNode, scope: Scope, work: Work): Json {
  const left = evaluatePath(node.left, scope, work);
  const right = evaluatePath(node.right, scope, work);
  switch (node.operator) {
    case "==":
      return sameValue(left, right, work);
    case "!=":
      return !sameValue(left, right, work);
    case "in":
      return containsValue(right, left, work);
    case "not in":
      return !containsValue(right, left, work);
    case "<":
      return compareOrder(left, right, work) < 0;
    case "<=":
      return compareOrder(left, right, work) <= 0;
    case ">":
      return compareOrder(left, right, work) > 0;
    case ">=":
      return compareOrder(left, right, work) >= 0;
  }
}
