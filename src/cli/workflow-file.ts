// A workflow in a file: read, checked here, and stored on the server.

import type { Client } from "../client/client.ts";
import { ClientError } from "../client/client-error.ts";
import type { DocumentProblemResource, PutResource } from "../client/resources.ts";
import { parseWorkflow } from "../language/parse-workflow.ts";
import type { Workflow } from "../language/workflow.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import { readFile } from "./read-input.ts";

export interface WorkflowFile {
  readonly file: string;
  readonly text: string;
  readonly format: "json" | "yaml";
  /** Null when it has problems. */
  readonly workflow: Workflow | null;
  readonly problems: readonly DocumentProblemResource[];
  /** Of a document without problems: what it probably does not mean. */
  readonly warnings: readonly DocumentProblemResource[];
}

/** Errors: `usage` when it cannot be read. */
export function readWorkflowFile(file: string): WorkflowFile {
  const text = readFile(file);
  const format = formatOf(file, text);
  const parsed = parseWorkflow(text, format);
  const checked = parsed.ok
    ? { workflow: parsed.workflow, problems: [], warnings: parsed.warnings }
    : { workflow: null, problems: parsed.problems, warnings: [] };
  return { file, text, format, ...checked };
}

function formatOf(file: string, text: string): "json" | "yaml" {
  if (file.endsWith(".json")) return "json";
  return file === "-" && text.trimStart().startsWith("{") ? "json" : "yaml";
}

export type StoredFile =
  | { readonly type: "stored"; readonly put: PutResource }
  | { readonly type: "invalid"; readonly problems: readonly DocumentProblemResource[] };

/** Nothing is stored of a file with problems, whether they are found here or by the server. Throws a `ClientError`. */
export async function storeWorkflowFile(client: Client, file: WorkflowFile): Promise<StoredFile> {
  const { workflow, text, format } = file;
  if (workflow === null) return { type: "invalid", problems: file.problems };
  try {
    return { type: "stored", put: await client.putWorkflow(workflow.name, text, format) };
  } catch (error) {
    if (!(error instanceof ClientError) || error.code !== "invalid_document") throw error;
    return { type: "invalid", problems: error.problem?.problems ?? [] };
  }
}

/** What programs are told of it: one shape for all commands that store files. */
export function storedJson(file: string, stored: StoredFile): string {
  if (stored.type === "stored") return stringifyJson({ file, ...stored.put });
  return stringifyJson({ file, status: "invalid", problems: stored.problems.map((one) => ({ ...one })) });
}
