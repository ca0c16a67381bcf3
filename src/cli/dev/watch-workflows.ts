// Watches a folder of workflows: stores each that is new or changed, and keeps the stored one where a file has problems.

import { statSync } from "node:fs";
import type { Client } from "../../client/client.ts";
import { ClientError } from "../../client/client-error.ts";
import type { TenantId } from "../../value/id.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { currentTenant } from "../current-tenant.ts";
import { showDocumentProblems } from "../document-problems.ts";
import type { Terminal } from "../terminal.ts";
import { behindLine, versionInForce } from "../version-in-force.ts";
import {
  readWorkflowFile,
  type StoredFile,
  storedJson,
  storeWorkflowFile,
  type WorkflowFile,
} from "../workflow-file.ts";
import { workflowFilesIn } from "../workflow-files-in.ts";

export interface Watching {
  stop(): void;
}

/** Where what is found is stored. */
export interface WatchedPlace {
  readonly client: Client;
  readonly tenant: TenantId;
}

/** By looking, not by the system's notices: they differ between systems, and are lost for folders made later. */
const lookMs = 400;

/** A folder that is not there yet is looked for. A file is taken when two looks have found it the same. */
export function watchWorkflows(terminal: Terminal, place: WatchedPlace, folder: string): Watching {
  let seen = new Map<string, string>();
  const taken = new Map<string, string>();
  let busy = false;
  const look = async () => {
    const found = marksIn(folder);
    const settled = [...found].filter(([file, mark]) => seen.get(file) === mark && taken.get(file) !== mark);
    seen = found;
    for (const [file, mark] of settled) {
      if (await take(terminal, place, file)) taken.set(file, mark);
    }
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    void look().finally(() => {
      busy = false;
    });
  }, lookMs);
  return { stop: () => clearInterval(timer) };
}

/** Of each file, and of each folder that cannot be read, what changes with it. A folder that is not there has none. */
function marksIn(folder: string): Map<string, string> {
  const marks = new Map<string, string>();
  const files = workflowFilesIn(folder, (path, error) => {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (path !== folder || code !== "ENOENT") marks.set(path, code);
  });
  for (const file of files) marks.set(file, markOf(file));
  return marks;
}

/** Its size, and when it or who may read it was changed; of a link that leads nowhere, that. */
function markOf(file: string): string {
  try {
    const { mtimeMs, ctimeMs, size } = statSync(file);
    return `${mtimeMs}/${ctimeMs}/${size}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "";
  }
}

/** False when it is to be tried again, as while the server does not answer. */
async function take(terminal: Terminal, place: WatchedPlace, path: string): Promise<boolean> {
  try {
    const file = readWorkflowFile(path, "in_folder");
    const stored = await storeWorkflowFile(place.client, file);
    await tellStored(terminal, place, file, stored);
  } catch (error) {
    if (error instanceof ClientError && isPassing(error)) return false;
    tellError(terminal, path, error as Error);
  }
  return true;
}

function isPassing({ status }: ClientError): boolean {
  return status === 0 || status === 429 || status >= 500;
}

async function tellStored(
  terminal: Terminal,
  { client, tenant }: WatchedPlace,
  { file: path, text }: WorkflowFile,
  stored: StoredFile,
): Promise<void> {
  const { paint } = terminal;
  if (stored.type === "invalid") {
    if (terminal.json) terminal.value(storedJson(path, stored));
    else showDocumentProblems(terminal, path, text, stored.problems, "what was stored before stays");
    return;
  }
  const { name, version, status } = stored.put;
  const inForce = await versionInForce(client, name);
  if (terminal.json) {
    terminal.value(storedJson(path, stored, inForce));
    return;
  }
  const behind = behindLine(stored.put, inForce);
  if (status === "created") terminal.line(`${paint.green("stored")} ${name} v${version}  ${paint.dim(path)}`);
  else if (behind !== null) terminal.line(`${name} v${version}  ${paint.dim(path)}`);
  if (behind !== null) terminal.line(`  ${paint.yellow("behind")}  ${behind}`);
  else if (status === "created") {
    // Another may have become the current one since the start.
    const as = currentTenant() === tenant ? "" : ` --tenant ${tenant}`;
    terminal.line(`  ${paint.dim("next")}  dispatched run ${name}${as} --follow`);
  }
}

function tellError(terminal: Terminal, path: string, error: Error & { readonly code?: string }): void {
  const { paint } = terminal;
  const { message, name, code = name } = error;
  const hint = (error instanceof ClientError ? error.problem?.hint : null) ?? null;
  if (terminal.json) {
    terminal.value(stringifyJson({ file: path, error: { code, message, hint } }));
    return;
  }
  const what = message.startsWith(path) ? message : `${path}: ${message}`;
  terminal.line(`${paint.red("error")} ${what}  ${paint.dim(code)}`);
  if (hint !== null) terminal.line(`  ${paint.dim("fix")}  ${hint}`);
}
