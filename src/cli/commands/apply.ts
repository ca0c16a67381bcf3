// `dispatched apply DIR`: what would change, then stores it; for workflows that are kept in a repository.

import { statSync } from "node:fs";
import type { Client } from "../../client/client.ts";
import type { PutOptions } from "../../client/methods/workflow-methods.ts";
import { agreesToPrune, deleteBesides, storedBesides, tellBesides } from "../apply/stored-besides.ts";
import { tellKept } from "../apply/tell-kept.ts";
import { changeOf, isRefused, tellChange, type WorkflowChange } from "../apply/workflow-change.ts";
import { CliError } from "../cli-error.ts";
import { showDocumentProblems } from "../document-problems.ts";
import { exitCode } from "../exit-code.ts";
import { nullIfMoved } from "../null-if-moved.ts";
import { openConnection } from "../open-client.ts";
import type { Terminal } from "../terminal.ts";
import { checkWorkflowFile, storedJson, storeWorkflowFile, type WorkflowFile } from "../workflow-file.ts";
import { workflowFilesIn } from "../workflow-files-in.ts";

export interface ApplyOptions {
  readonly dryRun?: boolean;
  /** Delete what is stored and in no file. */
  readonly prune?: boolean;
  /** Without being asked. */
  readonly yes?: boolean;
}

/** Nothing is stored unless every file can be, and nothing is deleted that was not shown before. */
export async function apply(terminal: Terminal, folder: string, options: ApplyOptions): Promise<number> {
  const { dryRun = false, prune = false, yes = false } = options;
  const files: WorkflowFile[] = [];
  for (const file of filesOf(folder)) files.push(await checkWorkflowFile(file, "in_folder"));
  const broken = files.filter(({ workflow }) => workflow === null);
  for (const file of broken) tellBroken(terminal, file, file.problems);
  if (broken.length > 0) return exitCode.invalidDocument;
  requireOneEach(files);
  const { client } = openConnection();
  const changes: WorkflowChange[] = [];
  for (const file of files) changes.push(await changeOf(client, file));
  const besides = await storedBesides(client, files, prune);
  for (const change of changes) tellChange(terminal, change);
  for (const extra of besides) tellBesides(terminal, extra, prune);
  requireInForce(changes);
  const wanted = changes.filter(({ action }) => action !== "same");
  if (!(await serverTakes(terminal, client, wanted))) return exitCode.invalidDocument;
  if (dryRun) return exitCode.completed;
  const told = prune ? besides : [];
  if (told.length > 0 && !yes && !(await agreesToPrune(terminal, told))) return exitCode.failed;
  const code = await store(terminal, client, wanted);
  // What takes its place must be there before anything goes.
  if (code !== exitCode.completed) return code;
  const whole = await deleteBesides(terminal, client, told);
  return whole ? exitCode.completed : exitCode.failed;
}

/** What the folder holds is in force afterwards, or nothing of it is stored. Errors: `version_conflict`. */
function requireInForce(changes: readonly WorkflowChange[]): void {
  const refused = changes.filter(isRefused);
  if (refused.length === 0) return;
  const isBehind = refused.every(({ action }) => action === "behind");
  throw new CliError(
    "version_conflict",
    `${isBehind ? "the highest version stays in force" : "a stored version never changes"}, and nothing was stored`,
    `raise \`version\` in the files that are marked with ${isBehind ? "<" : "! or <"}, above the highest that is stored`,
  );
}

/** What only the server knows of a file stops all of them: it is asked before the first is stored. */
async function serverTakes(
  terminal: Terminal,
  client: Client,
  changes: readonly WorkflowChange[],
): Promise<boolean> {
  let takes = true;
  for (const { file } of changes) {
    const checked = await storeWorkflowFile(client, file, { dryRun: true });
    if (checked.type === "stored") continue;
    takes = false;
    tellBroken(terminal, file, checked.problems);
  }
  return takes;
}

function tellBroken(
  terminal: Terminal,
  { file, text }: WorkflowFile,
  problems: WorkflowFile["problems"],
): void {
  if (terminal.json) terminal.value(storedJson(file, { type: "invalid", problems }));
  else showDocumentProblems(terminal, file, text, problems, "nothing was stored");
}

async function store(
  terminal: Terminal,
  client: Client,
  changes: readonly WorkflowChange[],
): Promise<number> {
  let code: number = exitCode.completed;
  for (const { file, name, etag } of changes) {
    const shown: PutOptions = etag === null ? { ifNoneMatch: "*" } : { ifMatch: etag };
    const stored = await storeWorkflowFile(client, file, shown).catch(nullIfMoved);
    if (stored === null) {
      code = exitCode.failed;
      await tellKept(terminal, client, name, file.file);
      continue;
    }
    if (stored.type === "invalid") code = exitCode.invalidDocument;
    if (terminal.json) terminal.value(storedJson(file.file, stored));
    else if (stored.type === "stored") terminal.line(`stored ${stored.put.name} v${stored.put.version}`);
    else showDocumentProblems(terminal, file.file, file.text, stored.problems, "it was not stored");
  }
  return code;
}

function filesOf(folder: string): readonly string[] {
  const there = statSync(folder, { throwIfNoEntry: false });
  if (there === undefined)
    throw new CliError("usage", `there is no folder ${folder}`, "give the folder of your workflows");
  if (!there.isDirectory()) {
    const hint = `give the folder of your workflows; \`dispatched workflow put ${folder}\` stores one file`;
    throw new CliError("usage", `${folder} is no folder`, hint);
  }
  const found = workflowFilesIn(folder);
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
