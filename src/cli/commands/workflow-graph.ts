// `dispatched workflow graph`: the steps of a file or of a stored workflow, as a tree or for Mermaid.

import { existsSync } from "node:fs";
import { parseWorkflow } from "../../language/parse-workflow.ts";
import type { Workflow } from "../../language/workflow.ts";
import { graphOf } from "../../language/workflow-graph.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { CliError } from "../cli-error.ts";
import { showDocumentProblems } from "../document-problems.ts";
import { exitCode } from "../exit-code.ts";
import { mermaidGraph } from "../graph/mermaid-graph.ts";
import { textGraph } from "../graph/text-graph.ts";
import { openConnection } from "../open-client.ts";
import type { Terminal } from "../terminal.ts";
import { readWorkflowFile } from "../workflow-file.ts";

interface GraphOptions {
  readonly mermaid?: boolean;
  readonly version?: string;
}

export async function graph(terminal: Terminal, what: string, options: GraphOptions): Promise<number> {
  const workflow = await workflowOf(terminal, what, options.version);
  if (workflow === null) return exitCode.invalidDocument;
  const found = graphOf(workflow);
  if (options.mermaid === true) {
    const text = mermaidGraph(found);
    if (terminal.json)
      terminal.value(stringifyJson({ name: found.name, version: found.version, mermaid: text }));
    else terminal.text(`${text}\n`);
    return exitCode.completed;
  }
  if (terminal.json) {
    terminal.value(stringifyJson({ ...found, steps: found.steps.map((step) => ({ ...step })) }));
    return exitCode.completed;
  }
  const { paint } = terminal;
  terminal.line(`${paint.bold(found.name)} v${found.version}  ${paint.dim(found.triggers.join(", "))}`);
  const lines = textGraph(found);
  const width = Math.max(...lines.map(({ step }) => step.length)) + 2;
  for (const { step, text } of lines) terminal.line(`${step.padEnd(width)}${paint.dim(text)}`);
  return exitCode.completed;
}

/** Of a file where there is one, or standard input; else of the server. */
async function workflowOf(
  terminal: Terminal,
  what: string,
  version: string | undefined,
): Promise<Workflow | null> {
  if (what === "-" || existsSync(what)) {
    const { text, workflow, problems } = readWorkflowFile(what);
    if (workflow !== null) return workflow;
    if (terminal.json) {
      const told = problems.map((problem) => ({ ...problem }));
      terminal.value(stringifyJson({ file: what, valid: false, problems: told }));
    } else showDocumentProblems(terminal, what, text, problems, "it is not valid");
    return null;
  }
  if (/[./\\]/.test(what))
    throw new CliError("usage", `there is no file ${what}`, "give a file, or a workflow's name");
  const { text = "", format } = await openConnection().client.getWorkflow(what, version);
  const parsed = parseWorkflow(text, format, { stored: true });
  if (parsed.ok) return parsed.workflow;
  throw new CliError(
    "invalid_document",
    `${what} was stored by another version, and is not valid for this one`,
  );
}
