// A workflow in a file: read, checked here, and stored on the server.

import { statSync } from "node:fs";
import type { Client } from "../client/client.ts";
import { ClientError } from "../client/client-error.ts";
import type { PutOptions } from "../client/methods/workflow-methods.ts";
import type { DocumentProblemResource, PutResource } from "../client/resources.ts";
import { luaProblems } from "../language/lua-problems.ts";
import { parseWorkflow } from "../language/parse-workflow.ts";
import type { LuaUse, Workflow } from "../language/workflow.ts";
import { limits } from "../value/limits.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import { CliError } from "./cli-error.ts";
import { readFile, readRegularFile } from "./read-input.ts";

export interface WorkflowFile {
  readonly file: string;
  readonly text: string;
  readonly format: "json" | "yaml";
  /** Null when it has problems. */
  readonly workflow: Workflow | null;
  readonly problems: readonly DocumentProblemResource[];
  /** Texts in Lua, of which reading alone does not tell whether they are Lua. */
  readonly lua: readonly LuaUse[];
  /** Of a document without problems: what it probably does not mean. */
  readonly warnings: readonly DocumentProblemResource[];
}

/** How a file was come by: somebody named it, or a folder holds it, where only a regular file is taken for one. */
type Found = "named" | "in_folder";

/** As the server reads it, but for Lua, which it compiles. Errors: `usage` when it cannot be read. */
export function readWorkflowFile(file: string, found: Found = "named"): WorkflowFile {
  const text = found === "named" ? readNamed(file) : readRegularFile(file, limits.document_bytes);
  const format = formatOf(file, text);
  const parsed = parseWorkflow(text, format);
  const checked = parsed.ok
    ? { workflow: parsed.workflow, problems: [], warnings: parsed.warnings, lua: parsed.lua }
    : { workflow: null, problems: parsed.problems, warnings: [], lua: [] };
  return { file, text, format, ...checked };
}

/** Errors: `usage`. */
function readNamed(file: string): string {
  if (file === "-" || statSync(file, { throwIfNoEntry: false })?.isDirectory() !== true)
    return readFile(file);
  const hint = `\`dispatched apply ${file}\` stores what a folder holds, and with --dry-run only checks it`;
  throw new CliError("usage", `${file} is a folder, and no file`, hint);
}

/** The same with its Lua compiled, by the compiler of the server. Errors: `usage` when it cannot be read. */
export async function checkWorkflowFile(file: string, found: Found = "named"): Promise<WorkflowFile> {
  const read = readWorkflowFile(file, found);
  if (read.lua.length === 0) return read;
  // Most documents have no Lua, and need not wait for an interpreter.
  const { createEvaluator } = await import("../sandbox/evaluator.ts");
  const { checkLua } = await createEvaluator();
  const problems = await luaProblems(read.lua, async (source) => checkLua(source));
  return problems.length === 0 ? read : { ...read, workflow: null, problems, warnings: [] };
}

function formatOf(file: string, text: string): "json" | "yaml" {
  if (file.endsWith(".json")) return "json";
  return file === "-" && text.trimStart().startsWith("{") ? "json" : "yaml";
}

export type StoredFile =
  | { readonly type: "stored"; readonly put: PutResource }
  | { readonly type: "invalid"; readonly problems: readonly DocumentProblemResource[] };

/**
 * Nothing is stored of a file with problems, whether they are found here or by the server, and with `dryRun` nothing at all.
 * Throws a `ClientError`.
 */
export async function storeWorkflowFile(
  client: Client,
  file: WorkflowFile,
  options: PutOptions = {},
): Promise<StoredFile> {
  const { workflow, text, format } = file;
  if (workflow === null) return { type: "invalid", problems: file.problems };
  try {
    return { type: "stored", put: await client.putWorkflow(workflow.name, text, format, options) };
  } catch (error) {
    if (!(error instanceof ClientError) || error.code !== "invalid_document") throw error;
    return { type: "invalid", problems: error.problem?.problems ?? [] };
  }
}

/** What programs are told of it: one shape for all commands that store files. @param inForce where it was asked for */
export function storedJson(file: string, stored: StoredFile, inForce?: number | null): string {
  const more = inForce === undefined ? {} : { in_force: inForce };
  if (stored.type === "stored") return stringifyJson({ file, ...stored.put, ...more });
  return stringifyJson({ file, status: "invalid", problems: stored.problems.map((one) => ({ ...one })) });
}
