// `dispatched workflow`: put, get, list, validate.

import { ClientError } from "../../client/client-error.ts";
import type { DocumentProblemResource } from "../../client/resources.ts";
import { parseWorkflow } from "../../language/parse-workflow.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { showDocumentProblems } from "../document-problems.ts";
import { exitCode } from "../exit-code.ts";
import { formatTime } from "../format-time.ts";
import { openConnection } from "../open-client.ts";
import { readFile } from "../read-input.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";

function formatOf(file: string, text: string): "json" | "yaml" {
  if (file.endsWith(".json")) return "json";
  return file === "-" && text.trimStart().startsWith("{") ? "json" : "yaml";
}

/** Checks files without any server. */
export async function validateWorkflows(terminal: Terminal, files: readonly string[]): Promise<number> {
  let broken = 0;
  for (const file of files) {
    const text = readFile(file);
    const parsed = parseWorkflow(text, formatOf(file, text));
    if (!parsed.ok) broken++;
    if (terminal.json) {
      const problems = parsed.ok ? [] : parsed.problems.map((problem) => ({ ...problem }));
      terminal.value(stringifyJson({ file, valid: parsed.ok, problems }));
    } else if (parsed.ok) {
      const { name, version, steps } = parsed.workflow;
      terminal.line(
        `${file}: valid  ${name} v${version}, ${steps.length} step${steps.length === 1 ? "" : "s"}`,
      );
    } else {
      showDocumentProblems(terminal, file, text, parsed.problems, "it is not valid");
    }
  }
  return broken === 0 ? exitCode.completed : exitCode.invalidDocument;
}

export async function putWorkflows(terminal: Terminal, files: readonly string[]): Promise<number> {
  const { client } = openConnection();
  let code: number = exitCode.completed;
  for (const file of files) {
    const text = readFile(file);
    const format = formatOf(file, text);
    const parsed = parseWorkflow(text, format);
    if (!parsed.ok) {
      report(terminal, file, text, parsed.problems);
      code = exitCode.invalidDocument;
      continue;
    }
    try {
      const put = await client.putWorkflow(parsed.workflow.name, text, format);
      if (terminal.json) terminal.value(stringifyJson({ file, ...put }));
      else {
        const same = put.status === "same" ? "  (was there already)" : "";
        terminal.line(`${put.name} v${put.version}${same}`);
        if (put.ended_grant !== null) {
          terminal.line(`the grant ${put.ended_grant} of the version before has ended: make a new one`);
        }
      }
    } catch (error) {
      const problems = error instanceof ClientError ? error.problem?.problems : undefined;
      if (problems === undefined || !(error instanceof ClientError) || error.code !== "invalid_document")
        throw error;
      report(terminal, file, text, problems);
      code = exitCode.invalidDocument;
    }
  }
  return code;
}

function report(
  terminal: Terminal,
  file: string,
  text: string,
  problems: readonly DocumentProblemResource[],
): void {
  if (terminal.json) {
    terminal.value(stringifyJson({ file, status: "invalid", problems: problems.map((one) => ({ ...one })) }));
  } else {
    showDocumentProblems(terminal, file, text, problems, "nothing was stored");
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
  else process.stdout.write(workflow.text ?? "");
  return exitCode.completed;
}

export async function listWorkflows(terminal: Terminal): Promise<number> {
  const { client } = openConnection();
  const rows: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listWorkflows(cursor);
    for (const one of page.workflows) {
      if (terminal.json) terminal.value(stringifyJson({ ...one } as never));
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
