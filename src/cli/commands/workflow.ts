// `dispatched workflow`: put, get, list, versions, validate.

import type { PutResource } from "../../client/resources.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { showDocumentProblems, showDocumentWarnings } from "../document-problems.ts";
import { exitCode } from "../exit-code.ts";
import { formatTime } from "../format-time.ts";
import { openConnection } from "../open-client.ts";
import { formatTable } from "../table.ts";
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

export async function getWorkflow(
  terminal: Terminal,
  name: string,
  options: { readonly version?: string },
): Promise<number> {
  const { client } = openConnection();
  const workflow = await client.getWorkflow(name, options.version);
  if (terminal.json) terminal.value(stringifyJson({ ...workflow, text: workflow.text ?? "" }));
  else terminal.text(workflow.text ?? "");
  return exitCode.completed;
}

export async function deleteWorkflow(
  terminal: Terminal,
  name: string,
  options: { readonly ifMatch?: string },
): Promise<number> {
  const { client } = openConnection();
  const deleted = await client.deleteWorkflow(name, options);
  if (terminal.json) terminal.value(stringifyJson(deleted));
  else
    terminal.line(
      `${name} is deleted: nothing new starts by it; version ${deleted.version + 1} takes it back`,
    );
  return exitCode.completed;
}

export async function listWorkflows(terminal: Terminal): Promise<number> {
  const { client } = openConnection();
  const rows: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listWorkflows(cursor);
    for (const one of page.workflows) {
      if (terminal.json) terminal.value(stringifyJson(one));
      rows.push([one.name, `v${one.version}`, formatTime(one.created_at), one.description ?? ""]);
    }
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  if (terminal.json) return exitCode.completed;
  if (rows.length === 0) terminal.line("no workflows yet; `dispatched workflow put FILE` stores one");
  else
    for (const line of formatTable(["workflow", "version", "stored", "description"], rows))
      terminal.line(line);
  return exitCode.completed;
}

export async function listVersions(terminal: Terminal, name: string): Promise<number> {
  const { client } = openConnection();
  const rows: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listVersions(name, cursor);
    for (const one of page.versions) {
      if (terminal.json) terminal.value(stringifyJson(one));
      rows.push([`v${one.version}`, formatTime(one.created_at), one.description ?? ""]);
    }
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  if (terminal.json) return exitCode.completed;
  for (const line of formatTable(["version", "stored", "description"], rows)) terminal.line(line);
  return exitCode.completed;
}
