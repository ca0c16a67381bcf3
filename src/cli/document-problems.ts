// Problems of a workflow document with their source lines and a caret.

import type { DocumentProblemResource } from "../client/resources.ts";
import { findPage } from "./pages.ts";
import { marginWidth, sourceLines } from "./source-lines.ts";
import type { Terminal } from "./terminal.ts";

/** `consequence`: what became of the document, as the end of a sentence. */
export function showDocumentProblems(
  terminal: Terminal,
  file: string,
  text: string,
  problems: readonly DocumentProblemResource[],
  consequence: string,
): void {
  const count = `${problems.length} problem${problems.length === 1 ? "" : "s"}`;
  terminal.line(`${terminal.paint.bold(file)}: ${count}, ${consequence}`);
  for (const problem of problems) show(terminal, file, text, problem, terminal.paint.red("error"));
  const pages = new Set(problems.map(({ code }) => code).filter((code) => findPage(code) !== null));
  for (const code of pages) terminal.line(`  ${terminal.paint.dim("docs")}  dispatched docs ${code}`);
}

/** What the document may say and probably does not mean. */
export function showDocumentWarnings(
  terminal: Terminal,
  file: string,
  text: string,
  warnings: readonly DocumentProblemResource[],
): void {
  for (const warning of warnings) show(terminal, file, text, warning, terminal.paint.yellow("warning"));
}

function show(
  terminal: Terminal,
  file: string,
  text: string,
  { code, line, column, length, message, fix }: DocumentProblemResource,
  word: string,
): void {
  const { paint } = terminal;
  const [source, carets] = sourceLines(text, { line, column, length });
  terminal.line();
  terminal.line(`${word} ${code}  ${paint.dim(`${file}:${line}:${column}`)}`);
  terminal.line(`${paint.dim(source.slice(0, marginWidth))}${source.slice(marginWidth)}`);
  terminal.line(
    `${paint.dim(carets.slice(0, marginWidth))}${paint.red(carets.slice(marginWidth))} ${message}`,
  );
  if (fix !== null) terminal.line(`  ${paint.dim("fix")}  ${fix}`);
}
