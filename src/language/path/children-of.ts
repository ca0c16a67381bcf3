// The parts of a node of an expression.

import type { PathNode } from "../path-syntax.ts";

export function childrenOf(node: PathNode): readonly PathNode[] {
  switch (node.type) {
    case "list":
      return node.items;
    case "members":
      return [node.of, ...node.members.flatMap(({ key }) => (typeof key === "object" ? [key] : []))];
    case "not":
      return [node.operand];
    case "comparison":
      return [node.left, node.right];
    case "and":
    case "or":
    case "coalesce":
      return node.operands;
    default:
      return [];
  }
}
