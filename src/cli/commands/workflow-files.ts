// `dispatched workflow`: put and validate, which read documents.

import type { PutResource } from "../../client/resources.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { showDocumentProblems, showDocumentWarnings } from "../document-problems.ts";
import { exitCode } from "../exit-code.ts";
import { openConnection } from "../open-client.ts";
import type { Terminal } from "../terminal.ts";
import { behindLine, versionInForce } from "../version-in-force.ts";
import { checkWorkflowFile, readWorkflowFile, storedJson, storeWorkflowFile } from "../workflow-file.ts";

/** Checks files without any server. */
export async function validateWorkflows(terminal: Terminal, files: readonly string[]): Promise<number> {
  let broken = 0;
  for (const file of files) {
    const { text, workflow, problems, warnings } = await checkWorkflowFile(file);
    if (workflow === null) broken++;
    if (terminal.json) {
      const told = (list: typeof problems) => list.map((one) => ({ ...one }));
      const valid = workflow !== null;
      terminal.value(stringifyJson({ file, valid, problems: told(problems), warnings: told(warnings) }));
    } else if (workflow !== null) {
      const { name, version, steps } = workflow;
      terminal.line(
        `${file}: valid  ${name} v${version}, ${steps.length} step${steps.length === 1 ? "" : "s"}`,
      );
      showDocumentWarnings(terminal, file, text, warnings);
    } else {
      showDocumentProblems(terminal, file, text, problems, "it is not valid");
    }
  }
  return broken === 0 ? exitCode.completed : exitCode.invalidDocument;
}

export async function putWorkflows(terminal: Terminal, files: readonly string[]): Promise<number> {
  const { client } = openConnection();
  let code: number = exitCode.completed;
  for (const file of files) {
    const read = readWorkflowFile(file);
    const stored = await storeWorkflowFile(client, read);
    if (stored.type === "invalid") {
      code = exitCode.invalidDocument;
      if (terminal.json) terminal.value(storedJson(file, stored));
      else showDocumentProblems(terminal, file, read.text, stored.problems, "nothing was stored");
      continue;
    }
    const inForce = await versionInForce(client, stored.put.name);
    if (terminal.json) terminal.value(storedJson(file, stored, inForce));
    else {
      showPut(terminal, stored.put, inForce);
      showDocumentWarnings(terminal, file, read.text, read.warnings);
    }
  }
  return code;
}

function showPut(terminal: Terminal, put: PutResource, inForce: number | null): void {
  const same = put.status === "same" ? "  (was there already)" : "";
  terminal.line(`${put.name} v${put.version}${same}`);
  const behind = behindLine(put, inForce);
  if (behind !== null) terminal.line(behind);
  if (put.ended_grant !== null) {
    terminal.line(`the grant ${put.ended_grant} of the version before has ended: make a new one`);
  }
}
