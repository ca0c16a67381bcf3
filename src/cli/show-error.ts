// Tells an error on standard error, and gives the exit code for it.

import { ClientError } from "../client/client-error.ts";
import { DispatchedError } from "../value/problem.ts";
import { shownText } from "../value/shown-text.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import { CliError } from "./cli-error.ts";
import { type ExitCode, exitCodeOfError } from "./exit-code.ts";
import { findPage } from "./pages.ts";
import { paintedText, paintFor } from "./paint.ts";

interface Told {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  /** The line of a text that is wrong, with a caret below it. */
  readonly source?: readonly string[];
  /** Where a body does not fit its schema. */
  readonly places?: readonly { readonly pointer: string; readonly message: string }[];
}

export function showError(error: unknown, json: boolean): ExitCode {
  const told = tell(error);
  if (told === null) throw error;
  const { code, message, hint, source = [], places = [] } = told;
  if (json) {
    const problems = places.length === 0 ? {} : { problems: places.map((one) => ({ ...one })) };
    process.stderr.write(`${shownText(stringifyJson({ error: { code, message, hint, ...problems } }))}\n`);
  } else {
    const paint = paintFor(process.stderr.isTTY === true && !process.env["NO_COLOR"]);
    const write = (line: string) => process.stderr.write(`${paintedText(line)}\n`);
    write(`${paint.red("error")} ${message}  ${paint.dim(code)}`);
    for (const line of source) write(line);
    for (const { pointer, message: what } of places) {
      write(`  ${paint.dim("at")}    ${pointer === "" ? "the body" : pointer}: ${what}`);
    }
    if (hint !== null) write(`  ${paint.dim("next")}  ${hint}`);
    if (findPage(code) !== null) write(`  ${paint.dim("docs")}  dispatched docs ${code}`);
  }
  return exitCodeOfError(code);
}

function tell(error: unknown): Told | null {
  if (error instanceof CliError) return error;
  if (error instanceof DispatchedError) return error;
  if (error instanceof ClientError) {
    const hint = error.problem?.hint ?? null;
    const places = error.code === "schema_mismatch" ? (error.problem?.problems ?? []) : [];
    return { code: error.code, message: error.message, hint, places };
  }
  return ofSystem(error as NodeJS.ErrnoException);
}

const ofSystemCode: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "this user may not read or write it",
  EPERM: "this user may not read or write it",
  EISDIR: "it is a folder, and no file",
  ENOTDIR: "it is no folder",
  EEXIST: "it is there already",
  ENOSPC: "the disk is full",
};

/** What the system refused: a file that is there already, a folder that may not be written. */
function ofSystem({ code, syscall, path, message }: NodeJS.ErrnoException): Told | null {
  if (code === undefined || syscall === undefined) return null;
  return {
    code: "usage",
    message: path === undefined ? message : `${path}: ${ofSystemCode[code] ?? `${code} (${syscall})`}`,
    hint: null,
  };
}
