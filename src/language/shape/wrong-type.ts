// The problem of a value that has another type than its place wants.

import { type DocumentNode, describe } from "../document/document-node.ts";
import { placeOf } from "../document/place-of.ts";
import { addProblem } from "../document/report.ts";
import type { ReadContext } from "./shape.ts";

/** Reports that `expected` should stand where `node` stands; gives undefined, as a shape does. */
export function wrongType(
  context: ReadContext,
  node: DocumentNode,
  expected: string,
  fix: string | null = null,
): undefined {
  addProblem(
    context.report,
    "wrong_type",
    placeOf(node),
    `${expected} is expected, and this is ${describe(node)}`,
    fix,
  );
}
