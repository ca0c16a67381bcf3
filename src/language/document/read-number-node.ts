// A number of a document, exact or refused.

import { exactNumber } from "../../value/exact-number.ts";
import type { ScalarNode } from "./document-node.ts";
import { placeOf } from "./place-of.ts";
import { addProblem, type Report } from "./report.ts";

/** `node` with the value of `source`, a decimal number. One beyond a double is reported, and 0 stands in its place. */
export function readNumberNode(report: Report, source: string, node: ScalarNode): ScalarNode {
  const double = Number(source);
  if (!Number.isFinite(double)) {
    addProblem(
      report,
      "number_out_of_range",
      placeOf(node),
      `${source.slice(0, 40)} is beyond the range of a double`,
    );
    return node;
  }
  return { ...node, value: exactNumber(double, source) };
}
