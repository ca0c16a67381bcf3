// Reads a workflow document: parse, check, compile.

import { limits } from "../value/limits.ts";
import { utf8Length } from "../value/utf8-length.ts";
import { checkAnswers } from "./check/check-answers.ts";
import { checkUses } from "./check/check-uses.ts";
import { readStepGraph } from "./check/step-graph.ts";
import { compileWorkflow } from "./compile/compile-workflow.ts";
import { type DocumentNode, entryOf } from "./document/document-node.ts";
import { placeOf } from "./document/place-of.ts";
import { readJsonDocument } from "./document/read-json-document.ts";
import { readYamlDocument } from "./document/read-yaml-document.ts";
import { addProblem, inOrder, located, newReport } from "./document/report.ts";
import { newReadContext, workflowShape } from "./fields/workflow-fields.ts";
import type { ReadContext } from "./shape/shape.ts";
import type { LuaUse, ParsedWorkflow } from "./workflow.ts";

/**
 * The workflow that `text` describes, or every problem of it at once, in the order of the text. Never throws. The codes
 * are those of `documentProblems`. With `stored` it is one that was stored before: what holds for new documents alone, such
 * as a bound that came later, is no problem of it.
 */
export function parseWorkflow(
  text: string,
  format: "json" | "yaml",
  { stored = false }: { readonly stored?: boolean } = {},
): ParsedWorkflow {
  const report = newReport(text);
  const bytes = utf8Length(text);
  if (bytes > limits.document_bytes) {
    const place = { pointer: "", start: 0, end: 1 };
    addProblem(
      report,
      "document_too_large",
      place,
      `the document has ${bytes} bytes, and may have ${limits.document_bytes}`,
    );
    return { ok: false, problems: report.problems };
  }
  const root = format === "json" ? readJsonDocument(report) : readYamlDocument(report);
  if (root === null) return { ok: false, problems: inOrder(report.problems) };
  const context = newReadContext(report, stored);
  const read = workflowShape.read(root, context);
  const steps = read?.values.steps ?? [];
  const allIds = stepIds(root);
  const graph = readStepGraph(steps, allIds, report);
  checkUses(context, graph, allIds, steps);
  if (read !== undefined) checkAnswers(read, allIds, report);
  if (read === undefined || report.problems.length > 0)
    return { ok: false, problems: inOrder(report.problems) };
  const sandboxed = context.uses.some((use) => use.sandbox !== null);
  return {
    ok: true,
    workflow: compileWorkflow(read, steps, graph, { document: root, sandboxed }),
    warnings: inOrder(report.warnings),
    lua: luaUses(context),
  };
}

/** The ids of all steps, those included that could not be read: a reference to one is no second mistake. */
function stepIds(root: DocumentNode): readonly string[] {
  const steps = entryOf(root, "steps")?.value;
  return steps?.type === "object" ? steps.entries.map((entry) => entry.key) : [];
}

function luaUses({ uses, report }: ReadContext): readonly LuaUse[] {
  return uses.flatMap(({ sandbox, node }) =>
    sandbox?.lang === "lua" ? [{ source: sandbox.source, place: located(report, placeOf(node)) }] : [],
  );
}
