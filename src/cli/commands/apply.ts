// `dispatched apply DIR`: what would change, then stores it; for workflows that are kept in a repository.

import { statSync } from "node:fs";
import { diff } from "node:util";
import type { Client } from "../../client/client.ts";
import { ClientError } from "../../client/client-error.ts";
import type { WorkflowItemResource, WorkflowResource } from "../../client/resources.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { CliError } from "../cli-error.ts";
import { showDocumentProblems } from "../document-problems.ts";
import { exitCode } from "../exit-code.ts";
import { openConnection } from "../open-client.ts";
import type { Terminal } from "../terminal.ts";
import { readWorkflowFile, storedJson, storeWorkflowFile, type WorkflowFile } from "../workflow-file.ts";
import { workflowFilesIn } from "../workflow-files-in.ts";

export interface ApplyOptions {
  readonly dryRun?: boolean;
}

interface Change {
  readonly file: WorkflowFile;
  readonly name: string;
  readonly version: number;
  readonly action: "create" | "update" | "same" | "conflict";
  /** The highest stored version. */
  readonly from: number | null;
  /** `-` and `+` lines with two lines around them. */
  readonly diff: readonly string[];
}

const linesAround = 2;

/** Nothing is stored unless every file can be. */
export async function apply(terminal: Terminal, folder: string, options: ApplyOptions): Promise<number> {
  const files = filesOf(folder).map(readWorkflowFile);
  const broken = files.filter(({ workflow }) => workflow === null);
  for (const { file, text, problems } of broken) {
    if (terminal.json) terminal.value(storedJson(file, { type: "invalid", problems }));
    else showDocumentProblems(terminal, file, text, problems, "nothing was stored");
  }
  if (broken.length > 0) return exitCode.invalidDocument;
  requireOneEach(files);
  const { client } = openConnection();
  const changes: Change[] = [];
  for (const file of files) changes.push(await changeOf(client, file));
  for (const change of changes) tell(terminal, change);
  for (const extra of await storedBesides(client, changes)) tellExtra(terminal, extra);
  if (changes.some(({ action }) => action === "conflict")) {
    throw new CliError(
      "version_conflict",
      "a stored version never changes, and nothing was stored",
      "raise `version` in the files that are marked with !",
    );
  }
  if (options.dryRun === true) return exitCode.completed;
  let code: number = exitCode.completed;
  for (const { file, action } of changes) {
    if (action === "same") continue;
    const stored = await storeWorkflowFile(client, file);
    if (stored.type === "invalid") code = exitCode.invalidDocument;
    if (terminal.json) terminal.value(storedJson(file.file, stored));
    else if (stored.type === "stored") terminal.line(`stored ${stored.put.name} v${stored.put.version}`);
    else showDocumentProblems(terminal, file.file, file.text, stored.problems, "it was not stored");
  }
  return code;
}

function filesOf(folder: string): readonly string[] {
  const found =
    statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? workflowFilesIn(folder) : null;
  if (found === null)
    throw new CliError("usage", `${folder} is no folder`, "give the folder of your workflows");
  if (found.length > 0) return found;
  throw new CliError("usage", `there are no workflows in ${folder}`, "they end in .yaml, .yml or .json");
}

function requireOneEach(files: readonly WorkflowFile[]): void {
  const seen = new Map<string, string>();
  for (const { file, workflow } of files) {
    const name = workflow?.name ?? "";
    const other = seen.get(name);
    if (other !== undefined) {
      throw new CliError("usage", `${other} and ${file} both hold ${name}`, "keep one file a workflow");
    }
    seen.set(name, file);
  }
}

async function changeOf(client: Client, file: WorkflowFile): Promise<Change> {
  const { name = "", version = 0 } = file.workflow ?? {};
  const highest = await storedOf(client, name);
  const base = { file, name, version, from: highest?.version ?? null };
  if (highest === null) return { ...base, action: "create", diff: [] };
  const same = highest.version === version ? highest : await storedOf(client, name, version);
  if (same === null) return { ...base, action: "update", diff: diffOf(highest.text ?? "", file.text) };
  if (same.text === file.text) return { ...base, action: "same", diff: [] };
  return { ...base, action: "conflict", diff: diffOf(same.text ?? "", file.text) };
}

async function storedOf(client: Client, name: string, version?: number): Promise<WorkflowResource | null> {
  try {
    return await client.getWorkflow(name, version === undefined ? undefined : String(version));
  } catch (error) {
    if (error instanceof ClientError && error.status === 404) return null;
    throw error;
  }
}

/** Workflows that no file holds: they stay. */
async function storedBesides(
  client: Client,
  changes: readonly Change[],
): Promise<readonly WorkflowItemResource[]> {
  const held = new Set(changes.map(({ name }) => name));
  const besides: WorkflowItemResource[] = [];
  for (let cursor: string | undefined; ; ) {
    const { workflows, next } = await client.listWorkflows(cursor);
    besides.push(...workflows.filter(({ name }) => !held.has(name)));
    if (next === null) return besides;
    cursor = next;
  }
}

function tellExtra(terminal: Terminal, { name, version }: WorkflowItemResource): void {
  if (terminal.json) {
    terminal.value(stringifyJson({ file: null, name, version, from: version, action: "keep", diff: "" }));
  } else terminal.line(`? ${name} v${version}  ${terminal.paint.dim("is stored, and in no file: it stays")}`);
}

/** Lines that go and lines that come, with some of what is around them. */
function diffOf(before: string, after: string): readonly string[] {
  // Of node: -1 is what the second has more, 1 what it lacks.
  const lines = diff(before.split("\n"), after.split("\n")) as readonly (readonly [number, string])[];
  const near = (index: number) =>
    lines.slice(Math.max(0, index - linesAround), index + linesAround + 1).some(([kind]) => kind !== 0);
  const signs: Readonly<Record<string, string>> = { "-1": "+", "0": " ", "1": "-" };
  return lines.flatMap(([kind, line], index) =>
    near(index) ? [`${signs[String(kind)]} ${line}`.trimEnd()] : [],
  );
}

function tell(terminal: Terminal, { file, name, version, action, from, diff: lines }: Change): void {
  if (terminal.json) {
    terminal.value(stringifyJson({ file: file.file, name, version, from, action, diff: lines.join("\n") }));
    return;
  }
  const { paint } = terminal;
  const marks = { create: paint.green("+"), update: paint.yellow("~"), same: "=", conflict: paint.red("!") };
  const text = {
    create: `${name} v${version}  new`,
    update: `${name} v${from} -> v${version}`,
    same: `${name} v${version}`,
    conflict: `${name} v${version}  is stored with other content`,
  };
  terminal.line(`${marks[action]} ${text[action]}  ${paint.dim(file.file)}`);
  for (const line of lines) {
    const colour = line.startsWith("+") ? paint.green : line.startsWith("-") ? paint.red : paint.dim;
    terminal.line(`    ${colour(line)}`);
  }
}
