// Watches a folder of workflows: stores each that is new or changed, and keeps the stored one where a file has problems.

import { statSync } from "node:fs";
import type { Client } from "../../client/client.ts";
import { ClientError } from "../../client/client-error.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { showDocumentProblems } from "../document-problems.ts";
import type { Terminal } from "../terminal.ts";
import { readWorkflowFile, storedJson, storeWorkflowFile } from "../workflow-file.ts";
import { workflowFilesIn } from "../workflow-files-in.ts";

export interface Watching {
  stop(): void;
}

/** By looking, not by the system's notices: they differ between systems, and are lost for folders made later. */
const lookMs = 400;

/** A folder that is not there yet is looked for. A file is taken when two looks have found it the same. */
export function watchWorkflows(terminal: Terminal, client: Client, folder: string): Watching {
  let seen = new Map<string, string>();
  const taken = new Map<string, string>();
  let busy = false;
  const look = async () => {
    const found = marksIn(folder);
    const settled = [...found].filter(([file, mark]) => seen.get(file) === mark && taken.get(file) !== mark);
    seen = found;
    for (const [file, mark] of settled) {
      if (await take(terminal, client, file)) taken.set(file, mark);
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

/** Size and time of each; of a folder that is not there, none. */
function marksIn(folder: string): Map<string, string> {
  try {
    return new Map(
      workflowFilesIn(folder).map((file) => {
        const { mtimeMs, size } = statSync(file);
        return [file, `${mtimeMs}/${size}`];
      }),
    );
  } catch {
    return new Map();
  }
}

/** False when it is to be tried again. */
async function take(terminal: Terminal, client: Client, path: string): Promise<boolean> {
  const { paint } = terminal;
  try {
    const file = readWorkflowFile(path);
    const stored = await storeWorkflowFile(client, file);
    if (terminal.json) {
      terminal.value(storedJson(path, stored));
    } else if (stored.type === "invalid") {
      showDocumentProblems(terminal, path, file.text, stored.problems, "what was stored before stays");
    } else if (stored.put.status === "created") {
      const { name, version } = stored.put;
      terminal.line(`${paint.green("stored")} ${name} v${version}  ${paint.dim(path)}`);
      terminal.line(`  ${paint.dim("next")}  dispatched run ${name} --follow`);
    }
    return true;
  } catch (error) {
    if (error instanceof ClientError && error.status >= 400 && error.status < 500) {
      const { code, message } = error;
      if (terminal.json) {
        terminal.value(
          stringifyJson({ file: path, error: { code, message, hint: error.problem?.hint ?? null } }),
        );
        return true;
      }
      terminal.line(`${paint.red("error")} ${path}: ${message}  ${paint.dim(code)}`);
      if (error.problem?.hint != null) terminal.line(`  ${paint.dim("fix")}  ${error.problem.hint}`);
      return true;
    }
    return false;
  }
}
